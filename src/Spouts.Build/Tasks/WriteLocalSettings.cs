using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Build.Framework;

namespace Spouts.Build.Tasks;

/// <summary>
/// Writes <c>spouts.local.json</c> beside a program that was built: where its local pachd is, and whose state it keeps. Never
/// published.
/// </summary>
public sealed class WriteLocalSettings : SpoutsTask
{
    private const int Version = 1;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file to write.</summary>
    [Required]
    public string File { get; set; } = "";

    /// <summary>The program of the local pachd.</summary>
    [Required]
    public string LocalPachd { get; set; } = "";

    private protected override void Run()
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("pachd", Path.GetFullPath(LocalPachd));
            json.WriteString("project", Path.GetDirectoryName(Path.GetFullPath(ProjectFile)));
            json.WriteEndObject();
        }

        TextFile.WriteIfChanged(File, Encoding.UTF8.GetString(bytes.ToArray()) + "\n");
    }
}
