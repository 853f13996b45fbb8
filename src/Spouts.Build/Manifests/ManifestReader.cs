using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Spouts.Build.Manifests;

/// <summary>Reads what a compiled assembly's metadata tells of spouts, without loading the assembly.</summary>
internal static class ManifestReader
{
    private const string Key = "Spouts.Manifest";

    /// <summary>The program's manifest; null if the assembly has none, because the generator wrote none.</summary>
    public static Manifest? Read(string assembly) => Read(assembly, Json) is { } json ? ManifestJson.Parse(json, assembly) : null;

    /// <summary>The name of a class in the assembly that is marked as a spout; null if there is none.</summary>
    public static string? FindMarked(string assembly) => Read(assembly, Marked);

    private static string? Read(string assembly, Func<MetadataReader, string?> find)
    {
        if (!File.Exists(assembly))
        {
            throw new BuildError(
                ErrorCodes.UnreadableManifest, assembly,
                "This assembly is not there: build the project first, with the configuration and the runtime identifier (-r) that it is published with.");
        }

        try
        {
            using FileStream file = File.OpenRead(assembly);
            using PEReader image = new(file);
            return find(image.GetMetadataReader());
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
            if (!Is(metadata, attribute, "System.Reflection", "AssemblyMetadataAttribute"))
                continue;

            BlobReader arguments = metadata.GetBlobReader(attribute.Value);
            arguments.ReadUInt16(); // the prolog of every attribute
            if (arguments.ReadSerializedString() == Key)
                return arguments.ReadSerializedString() ?? "";
        }

        return null;
    }

    private static string? Marked(MetadataReader metadata)
    {
        foreach (TypeDefinition type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition))
        {
            if (type.GetCustomAttributes().Any(handle => Is(metadata, metadata.GetCustomAttribute(handle), "Spouts", "SpoutAttribute")))
                return metadata.GetString(type.Name);
        }

        return null;
    }

    private static bool Is(MetadataReader metadata, CustomAttribute attribute, string space, string name)
    {
        EntityHandle type = attribute.Constructor.Kind is HandleKind.MemberReference
            ? metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent
            : metadata.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType();
        (StringHandle Space, StringHandle Name) named = type.Kind switch
        {
            HandleKind.TypeReference => (metadata.GetTypeReference((TypeReferenceHandle)type).Namespace, metadata.GetTypeReference((TypeReferenceHandle)type).Name),
            HandleKind.TypeDefinition => (metadata.GetTypeDefinition((TypeDefinitionHandle)type).Namespace, metadata.GetTypeDefinition((TypeDefinitionHandle)type).Name),
            _ => default,
        };
        return metadata.StringComparer.Equals(named.Name, name) && metadata.StringComparer.Equals(named.Space, space);
    }
}
