using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Spouts.Build.Manifests;

/// <summary>Reads the manifest out of a compiled assembly's metadata, without loading the assembly.</summary>
internal static class ManifestReader
{
    private const string Key = "Spouts.Manifest";

    /// <summary>The program's manifest; null if the assembly has none and therefore no spouts.</summary>
    public static Manifest? Read(string assembly)
    {
        try
        {
            using FileStream file = File.OpenRead(assembly);
            using PEReader image = new(file);
            return Json(image.GetMetadataReader()) is { } json ? ManifestJson.Parse(json, assembly) : null;
        }
        catch (Exception wrong) when (wrong is BadImageFormatException or InvalidOperationException)
        {
            throw new BuildError(
                ErrorCodes.UnreadableManifest, assembly,
                $"This is no .NET assembly ({wrong.Message}): clean the project and build it again.", wrong);
        }
    }

    private static string? Json(MetadataReader metadata)
    {
        foreach (CustomAttributeHandle handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            CustomAttribute attribute = metadata.GetCustomAttribute(handle);
            if (!IsAssemblyMetadata(metadata, attribute))
                continue;

            BlobReader arguments = metadata.GetBlobReader(attribute.Value);
            arguments.ReadUInt16(); // the prolog of every attribute
            if (arguments.ReadSerializedString() == Key)
                return arguments.ReadSerializedString() ?? "";
        }

        return null;
    }

    private static bool IsAssemblyMetadata(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind is not HandleKind.MemberReference)
            return false;
        EntityHandle parent = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        if (parent.Kind is not HandleKind.TypeReference)
            return false;
        TypeReference type = metadata.GetTypeReference((TypeReferenceHandle)parent);
        return metadata.StringComparer.Equals(type.Name, "AssemblyMetadataAttribute")
            && metadata.StringComparer.Equals(type.Namespace, "System.Reflection");
    }
}
