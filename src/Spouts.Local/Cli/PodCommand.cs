using System.CommandLine;
using Spouts.Local.Core;
using Spouts.Local.Core.Pipelines;
using Spouts.Local.Pods;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Cli;

/// <summary>
/// <c>spouts-local pod</c>: prints the pod that Pachyderm would make of a pipeline. Reads the store itself, whether or not
/// a local pachd has it open, so that there is one way and one answer.
/// </summary>
internal static class PodCommand
{
    public static Command Create()
    {
        Argument<string> pipeline = new("pipeline") { Description = "The pipeline's name." };
        Option<string> project = new("--project") { Description = "The pipeline's project.", DefaultValueFactory = _ => Names.DefaultProject };
        Option<DirectoryInfo> state = new("--state") { Description = "The directory that holds the store.", Required = true };
        Command pod = new("pod", "Prints the pod that Pachyderm would make of a pipeline, as JSON.") { pipeline, project, state };
        pod.SetAction((result, _) => PrintAsync(
            result.GetRequiredValue(state).FullName,
            new Pipeline { Project = new() { Name = result.GetRequiredValue(project) }, Name = result.GetRequiredValue(pipeline) }));
        return pod;
    }

    private static async Task<int> PrintAsync(string state, Pipeline pipeline)
    {
        string database = Pachd.DatabaseOf(state);
        if (!File.Exists(database))
        {
            await Console.Error.WriteLineAsync($"There is no store in {state}: name the --state that the local pachd was started with.");
            return ExitCodes.NoStore;
        }

        try
        {
            KubernetesObjects objects = new(PodSettings.Read(state));
            string json = Database.Look(database, tx => objects.Pod(PipelineLookup.Inspect(tx, pipeline)).ToJsonString(KubernetesObjects.Indented));
            await Console.Out.WriteLineAsync(json);
            return 0;
        }
        catch (PachException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.NoPod;
        }
        catch (NewerStoreException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.NewerStore;
        }
        catch (InvalidDataException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.BadSettings;
        }
    }
}
