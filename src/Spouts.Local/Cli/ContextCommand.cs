using System.CommandLine;
using System.Text.Json.Nodes;
using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Pods;
using Spouts.Local.Store;

namespace Spouts.Local.Cli;

/// <summary>
/// <c>spouts-local context</c>: points pachctl, and the SDKs that read its configuration, at a local pachd. Nothing else ever
/// touches that file.
/// </summary>
internal static class ContextCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo> state = new("--state") { Description = "The directory that holds the store.", Required = true };
        Option<string> name = new("--name") { Description = "What the context is called.", DefaultValueFactory = _ => "spouts-local" };
        Option<FileInfo> config = new("--config") { Description = "pachctl's configuration. Default: $PACH_CONFIG, else ~/.pachyderm/config.json." };
        Command context = new("context", "Writes a context of pachctl for the local pachd that serves the store, and makes it the active one.")
        {
            state, name, config,
        };
        context.SetAction((result, _) => WriteAsync(
            result.GetRequiredValue(state).FullName, result.GetRequiredValue(name), result.GetValue(config)?.FullName ?? PachConfig.PathOfUser()));
        return context;
    }

    private static async Task<int> WriteAsync(string state, string name, string path)
    {
        if (StoreLock.AddressOfHolder(state) is not { } address)
        {
            await Console.Error.WriteLineAsync($"Nobody serves {state}: start it first, with spouts-local start --state {state}");
            return ExitCodes.NotServed;
        }

        try
        {
            JsonObject config = PachConfig.Read(path);
            JsonObject v2 = SpecJson.Part(config, "v2");
            string? before = v2["active_context"] is JsonValue active && active.TryGetValue(out string? text) ? text : null;
            SpecJson.Part(v2, "contexts")[name] = new JsonObject { ["pachd_address"] = $"grpc://{address}", ["project"] = Names.DefaultProject };
            v2["active_context"] = name;
            PachConfig.Write(path, config);
            await Console.Out.WriteLineAsync($"pachctl talks to {address} now, by the context {name} in {path}.");
            if (before is not null && before != name)
                await Console.Out.WriteLineAsync($"To go back: pachctl config set active-context {before}");
            return 0;
        }
        catch (InvalidDataException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message} Set the context by hand: pachctl connect grpc://{address}");
            return ExitCodes.BadSettings;
        }
    }
}
