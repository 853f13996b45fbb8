using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace FolderInbox;

/// <summary>What a user can set, in <c>appsettings.json</c> or by variables such as <c>Inbox__Folder</c>.</summary>
/// <param name="Folder">The folder to watch; relative to the project on a laptop, to the program in a container.</param>
/// <param name="MirrorDeletions">Whether a file that is deleted in the folder is deleted in the repo too.</param>
public sealed record InboxOptions(string Folder, bool MirrorDeletions)
{
    public static InboxOptions From(IConfiguration configuration, IHostEnvironment environment)
    {
        IConfigurationSection inbox = configuration.GetSection("Inbox");
        string folder = Path.Combine(environment.ContentRootPath, inbox["Folder"] ?? "inbox");
        return Directory.Exists(folder)
            ? new(folder, bool.TryParse(inbox["MirrorDeletions"], out bool mirror) && mirror)
            : throw new DirectoryNotFoundException($"There is no folder {folder}. Create it, or set Inbox__Folder to the one to watch.");
    }
}
