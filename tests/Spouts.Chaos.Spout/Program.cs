// The spout that the kill harness kills: registered by hand, because it polls faster than [Poll] allows.
using Spouts;
using Spouts.Chaos.Spout;
using Spouts.Hosting;

return await SpoutProgram.RunAsync(args, static services => services
    .AddSpout(Spout(FolderQueue.SpoutName, Poll(static (_, _, ct) => SourceFiles.From(FolderQueue.Take(), ct))))
    .AddSpout(Spout(NumberedLog.SpoutName, Poll(static (_, run, ct) => SourceFiles.From(NumberedLog.Read(run.Cursor("next", CursorCodec.Int32)), ct))))
    .AddSpout(Spout(FixedSizes.SpoutName, Poll(static (_, run, ct) => SourceFiles.From(FixedSizes.Read(run.Cursor("next", CursorCodec.Int32)), ct))))
    .AddSpout(Spout(NumberedLog.StreamName, Stream("Read", static (_, run, ct) => NumberedLog.Follow(run.Cursor("next", CursorCodec.Int32), ct))))
    .AddSpout(Spout(RabbitQueue.SpoutName, Queue("Read", "items", Settings.AcknowledgesBatches)))
    .AddSpout(Spout(RabbitQueue.PairName, Queue("Read", "items", byBatch: false), Queue("ReadOthers", "others", byBatch: true)))
    .AddSpout(Spout(LargeFile.SpoutName, Poll(static (_, run, ct) => SourceFiles.From(LargeFile.Make(run.Cursor("done", CursorCodec.Boolean)), ct)))));

static SpoutRegistration Spout(string name, params SourceRegistration[] sources) => new() { Name = name, OutputBranch = "master", Sources = sources };

static SourceRegistration Poll(Func<IServiceProvider, SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run) =>
    new() { Name = "Read", Trigger = new PollTrigger(NumberedLog.Pause), Run = run };

static SourceRegistration Stream(string name, Func<IServiceProvider, SourceRun, CancellationToken, IAsyncEnumerable<SpoutFile>> run) => new()
{
    Name = name,
    Trigger = new StreamTrigger(),
    Batch = new() { Files = Settings.Batch, Period = TimeSpan.FromMilliseconds(50) },
    Run = run,
};

static SourceRegistration Queue(string name, string queue, bool byBatch) =>
    Stream(name, (_, run, ct) => RabbitQueue.Follow(queue, byBatch, run.Context, ct));
