using Microsoft.Build.Framework;

namespace Spouts.Build.Tasks;

/// <summary>A task whose failures are errors with a code and a file.</summary>
public abstract class SpoutsTask : Microsoft.Build.Utilities.Task
{
    /// <summary>The project file, which errors are reported against unless they have a better place.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        try
        {
            Run();
        }
        catch (BuildError error)
        {
            Report(error);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            Report(new(
                ErrorCodes.FileFailed, ProjectFile,
                $"A file of the spouts could not be written or read ({failed.Message}): see who else holds it, and build again.", failed));
        }

        return !Log.HasLoggedErrors;
    }

    private protected abstract void Run();

    private protected void Report(BuildError error) =>
        Log.LogError(null, error.Code, null, error.File, 0, 0, 0, 0, "{0}", error.Message);
}
