// The spout that the kill harness kills: registered by hand, because it polls faster than [Poll] allows.
using Spouts;
using Spouts.Chaos.Spout;
using Spouts.Hosting;

return await SpoutProgram.RunAsync(args, static services => services
    .AddSpout(Spout(FolderQueue.SpoutName, static (_, _, ct) => SourceFiles.From(FolderQueue.Take(), ct)))
    .AddSpout(Spout(NumberedLog.SpoutName, static (_, run, ct) => SourceFiles.From(NumberedLog.Read(run.Cursor("next", CursorCodec.Int32)), ct)))
    .AddSpout(Spout(FixedSizes.SpoutName, static (_, run, ct) => SourceFiles.From(FixedSizes.Read(run.Cursor("next", CursorCodec.Int32)), ct)))
    .AddSpout(Spout(
        NumberedLog.StreamName,
        static (_, run, ct) => NumberedLog.Follow(run.Cursor("next", CursorCodec.Int32), ct),
        new StreamTrigger(),
        new() { Files = Settings.Batch, Period = TimeSpan.FromMilliseconds(50) }))
    .AddSpout(Spout(
        RabbitQueue.SpoutName,
        static (_, run, ct) => RabbitQueue.Follow(run.Context, ct),
        new StreamTrigger(),
        new() { Files = Settings.Batch, Period = TimeSpan.FromMilliseconds(50) }))
    .AddSpout(Spout(LargeFile.SpoutName, static (_, run, ct) => SourceFiles.From(LargeFile.Make(run.Cursor("done", CursorCodec.Boolean)), ct))));

static SpoutRegistration Spout(
    string name,
    Func<IServiceProvider, SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run,
    SourceTrigger? trigger = null,
    BatchLimits? batch = null) => new()
{
    Name = name,
    OutputBranch = "master",
    Sources = [new SourceRegistration { Name = "Read", Trigger = trigger ?? new PollTrigger(NumberedLog.Pause), Batch = batch, Run = run }],
};
