using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Spouts.Build.Rendering;

/// <summary>Renders the Dockerfile of a program: built in one image, run in a smaller one.</summary>
internal sealed class Dockerfile
{
    /// <summary>Keeps what the host has built out of the image.</summary>
    public const string Ignored =
        """
        **/.git
        **/.spouts
        **/bin
        **/obj

        """;

    private static readonly Regex Plain = new("^[a-zA-Z0-9_./-]+\\z", RegexOptions.CultureInvariant);

    private static readonly JsonSerializerOptions Words = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The name that the specs know the image by.</summary>
    public string Image { get; set; } = "";

    /// <summary>How the context is called from the project's folder.</summary>
    public string Context { get; set; } = ".";

    /// <summary>The project file, from the context.</summary>
    public string Project { get; set; } = "";

    /// <summary>What a restore reads, from the context; the project file among it.</summary>
    public IReadOnlyList<string> RestoreFiles { get; set; } = [];

    /// <summary>The image that the program is built in.</summary>
    public string SdkImage { get; set; } = "";

    /// <summary>The image that the program runs in.</summary>
    public string BaseImage { get; set; } = "";

    /// <summary>Whether the program is compiled ahead of time, which takes a native linker.</summary>
    public bool IsAot { get; set; }

    /// <summary>Whether the program brings its runtime along.</summary>
    public bool IsSelfContained { get; set; }

    /// <summary>How the program is started.</summary>
    public IReadOnlyList<string> Command { get; set; } = [];

    public string Render()
    {
        string linker = IsAot
            ? """

              # What the ahead-of-time compiler links with.
              RUN apt-get update && apt-get install --yes --no-install-recommends clang zlib1g-dev

              """
            : "";
        return
            $"""
            # Written by the build: change the project, not this file. From the project's folder:
            #   docker build --file PATH/TO/THIS/Dockerfile --tag {Image} {Context}
            FROM {SdkImage} AS build
            {linker}WORKDIR /src

            # Restored apart from the sources, so that a change of code downloads nothing.
            {Copies()}
            RUN dotnet restore {ShellWord(Project)}{Properties()}

            COPY [".", "."]
            RUN dotnet publish {ShellWord(Project)} --configuration Release --no-restore --output /app{Properties()}

            FROM {BaseImage}
            WORKDIR /app
            COPY --from=build ["/app", "."]

            # The user "app" of .NET's images, as a number: that is how Kubernetes can tell that it is not root.
            USER 1654
            ENTRYPOINT [{string.Join(", ", Command.Select(Word))}]

            """;
    }

    /// <summary>What restore and publish must agree on; said again here, since it may come from the command line.</summary>
    private string Properties() => IsAot ? " -p:PublishAot=true"
        : IsSelfContained ? " -p:UseCurrentRuntimeIdentifier=true -p:SelfContained=true"
        : "";

    /// <summary>One line per folder, since COPY flattens what it copies.</summary>
    private string Copies() => string.Join("\n", RestoreFiles
        .Distinct(StringComparer.Ordinal)
        .GroupBy(static file => file.Substring(0, file.LastIndexOf('/') + 1), StringComparer.Ordinal)
        .OrderBy(static folder => folder.Key, StringComparer.Ordinal)
        .Select(static folder =>
            $"COPY [{string.Join(", ", folder.OrderBy(static file => file, StringComparer.Ordinal).Select(Word))}, {Word(folder.Key.Length == 0 ? "./" : folder.Key)}]"));

    private static string Word(string text) => JsonSerializer.Serialize(text, Words);

    /// <summary>For RUN, whose exec form would be looked up in vain where buildah has no container runtime.</summary>
    private static string ShellWord(string text) => Plain.IsMatch(text) ? text : $"'{text.Replace("'", @"'\''")}'";
}
