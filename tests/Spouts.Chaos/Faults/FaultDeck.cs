using Spouts.Chaos.Doors;
using Spouts.Chaos.Processes;

namespace Spouts.Chaos.Faults;

/// <summary>Draws faults: each class once, in an order of chance, then each once more, and so on.</summary>
internal static class FaultDeck
{
    /// <summary>Faults without end.</summary>
    /// <param name="random">Draws them: the same seed, the same faults.</param>
    /// <param name="scene">What they are to strike; not all is possible everywhere.</param>
    public static IEnumerable<Fault> Draw(Random random, Scene scene)
    {
        while (true)
        {
            Fault[] deck = [.. Deck(random, scene)];
            random.Shuffle(deck);
            foreach (Fault fault in deck)
                yield return fault;
        }
    }

    private static IEnumerable<Fault> Deck(Random random, Scene scene)
    {
        yield return random.Next(2) == 0 ? new KillSpout() : new KillSpout(One(random, Boundary.Recipe), Held(random));
        yield return new KillPachd();
        if (scene.Source.IsShared)
        {
            yield return new Zombie();
            yield return new Zombie(One(random, [.. Boundary.Recipe, .. scene.Source.StopsToAcknowledge ? [Boundary.Acknowledge] : Array.Empty<Boundary>()]), Held(random));
        }

        yield return new BrokenCall(One(random, Boundary.All), CallBreak.Reset);
        yield return new BrokenCall(One(random, Boundary.All), CallBreak.LostReply);
        yield return new BrokenCall(One(random, Boundary.All), Held(random));

        // Where one call of a process is held that has all deliveries of a queue, or publishes for another one meanwhile, its successor gets nowhere.
        yield return new UpdatePipeline(scene.Source.IsShared ? Maybe(random) : null);
        yield return new StopAndStart(scene.Source.IsShared ? Maybe(random) : null);
        yield return scene.Source.AppendsTo is { } path && random.Next(2) == 0
            ? new ForeignPut(Boundary.Attach, path)
            : new ForeignPut(One(random, [Boundary.Attach, Boundary.Publish]));
        yield return new FinishByHand(One(random, [Boundary.Check, Boundary.Attach, Boundary.Publish]), random.Next(2) == 0 ? "closed by hand" : "");
        yield return random.Next(3) switch
        {
            0 => new SquashUnderPending(),
            1 when scene.Source.IsShared => new SquashUnderLateWriter(),
            _ => new SquashCommit(random.Next(1, 4), random.Next(2) == 0 ? null : One(random, [Boundary.Open, Boundary.Check])),
        };
        if (scene.Source.IsReplayable)
            yield return random.Next(3) > 0 ? new DropUnderLateWriter(One(random, Enum.GetValues<LateWriterEnd>())) : new DropCommit(random.Next(1, 4));
        if (scene.Pipeline.Token is not null)
            yield return new RevokeToken(Maybe(random));
        if (scene.Disk is not null)
            yield return new FillDisk();
    }

    private static Boundary? Maybe(Random random) => random.Next(2) == 0 ? null : One(random, Boundary.Recipe);

    private static T One<T>(Random random, IReadOnlyList<T> things) => things[random.Next(things.Count)];

    private static CallBreak Held(Random random) => random.Next(2) == 0 ? CallBreak.HeldRequest : CallBreak.HeldReply;
}
