namespace Spouts.Build;

/// <summary>The codes of the build's errors. None is ever used again; each has a page in <c>docs/diagnostics/</c>.</summary>
internal static class ErrorCodes
{
    /// <summary>The assembly or the manifest in it cannot be read.</summary>
    public const string UnreadableManifest = "SPOUTB001";

    /// <summary>The manifest is of a later version than this task knows.</summary>
    public const string NewerManifest = "SPOUTB002";

    /// <summary>Project and spout together are too long for Kubernetes.</summary>
    public const string NameTooLong = "SPOUTB003";

    /// <summary>The name of the image is none.</summary>
    public const string IllegalImage = "SPOUTB004";

    /// <summary>The Pachyderm project cannot have this name.</summary>
    public const string IllegalProject = "SPOUTB005";

    /// <summary>There is no container image to run this target framework.</summary>
    public const string UnknownFramework = "SPOUTB006";

    /// <summary>A file could not be written or read.</summary>
    public const string FileFailed = "SPOUTB007";

    /// <summary>No folder holds all that the image is built from.</summary>
    public const string NoContext = "SPOUTB008";

    /// <summary>Pachyderm or Kubernetes refuses a name: the spout's, or that of its branch.</summary>
    public const string IllegalName = "SPOUTB010";

    /// <summary>A secret cannot be given to the worker in this way.</summary>
    public const string IllegalSecret = "SPOUTB011";

    /// <summary>No machine can give a worker these resources.</summary>
    public const string IllegalResources = "SPOUTB012";

    /// <summary>There can be no such service.</summary>
    public const string IllegalService = "SPOUTB013";

    /// <summary>There cannot be so many workers.</summary>
    public const string IllegalParallelism = "SPOUTB014";

    /// <summary>A label or annotation that Kubernetes refuses.</summary>
    public const string IllegalMetadata = "SPOUTB015";

    /// <summary>What was exported is not what the build writes.</summary>
    public const string StaleExport = "SPOUTB016";

    /// <summary>Two programs are built or published into one folder.</summary>
    public const string SharedFolder = "SPOUTB019";

    /// <summary>A class is marked, and the generator has not run: it reads C# only.</summary>
    public const string NotGenerated = "SPOUTB020";

    /// <summary>A file that the restore reads does not come into the image.</summary>
    public const string NotInContext = "SPOUTB021";
}
