// The spout that the kill harness kills: registered by hand, because it polls faster than [Poll] allows.
using Spouts;
using Spouts.Chaos.Spout;
using Spouts.Hosting;

return await SpoutProgram.RunAsync(args, static services => services
    .AddSpout(Spout(FolderQueue.SpoutName, static (_, _, ct) => SourceFiles.From(FolderQueue.Take(), ct)))
    .AddSpout(Spout(NumberedLog.SpoutName, static (_, run, ct) => SourceFiles.From(NumberedLog.Read(run.Cursor("next", CursorCodec.Int32)), ct)))
    .AddSpout(Spout(LargeFile.SpoutName, static (_, run, ct) => SourceFiles.From(LargeFile.Make(run.Cursor("done", CursorCodec.Boolean)), ct))));

static SpoutRegistration Spout(string name, Func<IServiceProvider, SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run) => new()
{
    Name = name,
    OutputBranch = "master",
    Sources = [new SourceRegistration { Name = "Read", Trigger = new PollTrigger(TimeSpan.FromMilliseconds(1)), Run = run }],
};
