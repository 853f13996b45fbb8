using System.CommandLine;
using Spouts.Local.Core;
using Spouts.Local.Store;

namespace Spouts.Local.Cli;

/// <summary>The commands on a store that is not being served: <c>status</c>, <c>fsck</c> and <c>reset</c>.</summary>
internal static class StoreCommands
{
    public static IEnumerable<Command> Create()
    {
        yield return Create("status", "Says who serves the store, if anybody does.", Status);
        yield return Create("fsck", "Checks a store that nobody has open; changes nothing.", Check);
        yield return Create("reset", "Deletes the store: all repos, commits, files and pipelines in it.", Reset);
    }

    private static Command Create(string name, string description, Func<DirectoryInfo, int> run)
    {
        Option<DirectoryInfo> state = new("--state") { Description = "The directory that holds the store.", Required = true };
        Command command = new(name, description) { state };
        command.SetAction(parsed =>
        {
            DirectoryInfo store = parsed.GetRequiredValue(state);
            if (File.Exists(StorePath(store)))
                return run(store);
            Console.Error.WriteLine($"There is no store in {store.FullName}.");
            return ExitCodes.NoStore;
        });
        return command;
    }

    private static int Status(DirectoryInfo store)
    {
        try
        {
            using StoreLock free = StoreLock.Take(store.FullName);
            Console.WriteLine($"Nobody serves {store.FullName}. Start it with: spouts-local start --state {store.FullName}");
        }
        catch (StoreInUseException used)
        {
            Console.WriteLine($"{store.FullName} is served by {used.Holder}.");
        }

        return 0;
    }

    private static int Check(DirectoryInfo store) => WhileNobodyServes(store, () =>
    {
        using Database database = Database.Open(StorePath(store));
        IReadOnlyList<string> problems = Fsck.Run(database, new ChunkStore(store.FullName));
        foreach (string problem in problems)
            Console.WriteLine(problem);
        Console.WriteLine(problems.Count == 0 ? $"{store.FullName} is sound." : $"{store.FullName} is damaged: {problems.Count} problems.");
        return problems.Count == 0 ? 0 : ExitCodes.Damaged;
    });

    // Only what a store consists of: the directory may hold other things.
    private static int Reset(DirectoryInfo store) => WhileNobodyServes(store, () =>
    {
        foreach (FileInfo file in store.EnumerateFiles("pachd.db*").Concat(store.EnumerateFiles("pachd.json")))
            file.Delete();
        foreach (DirectoryInfo folder in store.EnumerateDirectories().Where(folder => folder.Name is "chunks" or "workers"))
            folder.Delete(recursive: true);
        Console.WriteLine($"The store in {store.FullName} is deleted.");
        return 0;
    });

    private static int WhileNobodyServes(DirectoryInfo store, Func<int> run)
    {
        try
        {
            using StoreLock mine = StoreLock.Take(store.FullName);
            return run();
        }
        catch (Exception refused) when (refused is StoreInUseException or NewerStoreException)
        {
            Console.Error.WriteLine(refused.Message);
            return refused is StoreInUseException ? ExitCodes.StoreInUse : ExitCodes.NewerStore;
        }
    }

    private static string StorePath(DirectoryInfo store) => Pachd.DatabaseOf(store.FullName);
}
