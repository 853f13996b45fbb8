using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Spouts.Build.Rendering;

/// <summary>Renders the Dockerfile of a program: built in one image, run in a smaller one.</summary>
internal sealed class Dockerfile
{
    // What the host has built, and what nobody wants to find in an image.
    private static readonly string[] AlwaysIgnored =
    [
        "**/.git", "**/.spouts", "**/bin", "**/obj",
        "**/.env", "**/.env.*", "**/*.key", "**/*key*.pem", "**/*.pfx", "**/*.p12", "**/id_rsa", "**/id_ecdsa", "**/id_ed25519", "**/.aws", "**/.kube", "**/.ssh",
    ];

    private const string Secret = "nuget.config";

    private static readonly Regex Plain = new("^[a-zA-Z0-9_./-]+\\z", RegexOptions.CultureInvariant);

    private static readonly Regex Wildcard = new("[[*?]", RegexOptions.CultureInvariant);
    private static readonly Regex EntryPoint = new("^ENTRYPOINT .*\"/app/([^\"/]+?)([.]dll)?\"[]]$", RegexOptions.CultureInvariant | RegexOptions.Multiline);

    private static readonly JsonSerializerOptions Words = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The name that the specs know the image by.</summary>
    public string Image { get; set; } = "";

    /// <summary>How the context is called from the project's folder.</summary>
    public string Context { get; set; } = ".";

    /// <summary>The project file, from the context.</summary>
    public string Project { get; set; } = "";

    /// <summary>What a restore reads, from the context; the project file among it.</summary>
    public IReadOnlyList<string> RestoreFiles { get; set; } = [];

    /// <summary>Folders with packages that a restore reads, from the context.</summary>
    public IReadOnlyList<string> Feeds { get; set; } = [];

    /// <summary>Whether a restore may need credentials, which are no part of the image.</summary>
    public bool MayNeedCredentials { get; set; }

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

    /// <summary>The program that such a file starts; null if it is not one of these.</summary>
    public static string? ProgramOf(string dockerfile) => EntryPoint.Match(dockerfile) is { Success: true } found ? found.Groups[1].Value : null;

    /// <summary>Renders what is kept out of the context.</summary>
    /// <param name="folders">Folders that the build writes to, from the context.</param>
    public string RenderIgnored(IEnumerable<string> folders) =>
        string.Join("\n", [.. AlwaysIgnored, .. folders.Where(static folder => Path.GetFileName(folder) is not ("bin" or "obj")).Distinct(StringComparer.Ordinal), .. Feeds.Select(static feed => "!" + feed)]) + "\n";

    public string Render()
    {
        string secret = MayNeedCredentials ? $"--secret id={Secret},src=PATH/TO/NuGet.Config " : "";
        string mount = MayNeedCredentials ? $"--mount=type=secret,id={Secret},target=/root/.nuget/NuGet/NuGet.Config " : "";
        string credentials = MayNeedCredentials ? " Credentials come from a secret of the build." : "";
        string linker = IsAot
            ? """

              # What the ahead-of-time compiler links with.
              RUN apt-get update && apt-get install --yes --no-install-recommends clang zlib1g-dev

              """
            : "";
        return
            $"""
            # Written by the build: change the project, not this file. From the project's folder:
            #   docker build --file PATH/TO/THIS/Dockerfile {secret}--tag {Image} {Context}
            FROM {SdkImage} AS build
            {linker}WORKDIR /src

            # Restored apart from the sources, so that a change of code downloads nothing.{credentials}
            {Copies()}
            RUN {mount}dotnet restore {ShellWord(Project)}{Properties()}

            COPY [".", "."]
            RUN dotnet publish {ShellWord(Project)} --configuration Release --no-restore --output /app -p:SpoutsDockerContext=/src{Properties()}

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
        .Select(static folder => Copy(folder.OrderBy(static file => file, StringComparer.Ordinal), folder.Key.Length == 0 ? "./" : folder.Key))
        .Concat(Feeds.Select(static feed => Copy([feed + "/"], feed + "/"))));

    // Sources are patterns, and in both a dollar begins a variable.
    private static string Copy(IEnumerable<string> sources, string target) =>
        $"COPY [{string.Join(", ", [.. sources.Select(static source => Word(Wildcard.Replace(source, "[$0]").Replace("$", "\\$"))), Word(target.Replace("$", "\\$"))])}]";

    private static string Word(string text) => JsonSerializer.Serialize(text, Words);

    /// <summary>For RUN, whose exec form would be looked up in vain where buildah has no container runtime.</summary>
    private static string ShellWord(string text) => Plain.IsMatch(text) ? text : $"'{text.Replace("'", @"'\''")}'";
}
