// The spout that the kill harness kills: registered by hand, because it polls faster than [Poll] allows.
using Microsoft.Extensions.DependencyInjection;
using Spouts.Chaos.Spout;
using Spouts.Hosting;

TimeSpan interval = TimeSpan.FromMilliseconds(1);
return await SpoutProgram.RunAsync(args, services =>
{
    services.AddSpout(new SpoutRegistration
    {
        Name = FolderQueue.SpoutName,
        OutputBranch = "master",
        Sources = [new SourceRegistration { Name = "Take", Interval = interval, Run = static (_, _, ct) => SourceFiles.From(FolderQueue.Take(), ct) }],
    });
    services.AddSpout(new SpoutRegistration
    {
        Name = NumberedLog.SpoutName,
        OutputBranch = "master",
        Sources =
        [
            new SourceRegistration
            {
                Name = "Read",
                Interval = interval,
                Run = static (_, run, ct) => SourceFiles.From(NumberedLog.Read(run.Cursor("next", CursorCodec.Int32)), ct),
            },
        ],
    });
});
