using Spouts.Hosting;

namespace Spouts.Tests.Adversary;

/// <summary>A queue without a broker: it delivers what was not acknowledged, and an acknowledgement may fail.</summary>
internal sealed class Deliveries(params IEnumerable<string> items)
{
    public List<string> Waiting { get; } = [.. items];

    /// <summary>What has become of each delivery, in order.</summary>
    public List<string> Acknowledged { get; } = [];

    public bool LosesNextAcknowledgement { get; set; }

    public IEnumerable<SpoutFile> Deliver(string path = "/log") => Waiting.ToArray().Select(item => File(item, path));

    public SpoutFile File(string item, string path = "/log") =>
        SpoutFile.Text(path, $"{item}\n").Appended().WithItem(item).OnCommitted((_, _) =>
        {
            if (LosesNextAcknowledgement)
            {
                LosesNextAcknowledgement = false;
                throw new SpoutConfigurationException("the queue is gone");
            }

            Acknowledged.Add(item);
            Waiting.Remove(item);
            return ValueTask.CompletedTask;
        });

    public SourceRegistration Poll(string name = "Fetch", string path = "/log", BatchLimits? limits = null) => new()
    {
        Name = name,
        Trigger = new PollTrigger(TimeSpan.FromSeconds(1)),
        Batch = limits,
        Run = (_, _, ct) => SourceFiles.From(Deliver(path), ct),
    };
}
