using System.CommandLine;

namespace Spouts.Local.Cli;

/// <summary>The command line.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        RootCommand root = new("A local pachd for development and tests. Production is Pachyderm on Kubernetes.")
        {
            StartCommand.Create(), PodCommand.Create(), ContextCommand.Create(),
        };
        foreach (Command command in StoreCommands.Create())
            root.Add(command);
        return root;
    }
}
