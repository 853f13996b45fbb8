using Spouts.Local.Store;

namespace Spouts.Local.Core.Metadata;

/// <summary>What a store is called; clients keep it to tell clusters apart.</summary>
internal static class Identity
{
    public static string Of(Tx tx) => tx.Find<string>("SELECT value FROM setting WHERE name = 'id'")
        ?? throw new InvalidOperationException("The store has no id.");

    /// <summary>Gives a new store its id and the project that always exists.</summary>
    public static void Ensure(Change change)
    {
        change.Tx.Execute("INSERT OR IGNORE INTO setting (name, value) VALUES ('id', @id)", new { id = Names.NewId() });
        if (change.Tx.Project(Names.DefaultProject) is null)
            Projects.Create(change, Names.DefaultProject, "", update: false);
    }
}
