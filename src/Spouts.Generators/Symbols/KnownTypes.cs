using Microsoft.CodeAnalysis;

namespace Spouts.Generators.Symbols;

/// <summary>The types that the generator knows by name.</summary>
internal static class KnownTypes
{
    public const string SpoutAttribute = "Spouts.SpoutAttribute";
    public const string PollAttribute = "Spouts.PollAttribute";
    public const string ScheduleAttribute = "Spouts.ScheduleAttribute";
    public const string StreamAttribute = "Spouts.StreamAttribute";
    public const string BatchAttribute = "Spouts.BatchAttribute";
    public const string RetryAttribute = "Spouts.RetryAttribute";
    public const string SecretAttribute = "Spouts.SecretAttribute";
    public const string ResourcesAttribute = "Spouts.ResourcesAttribute";
    public const string ServiceAttribute = "Spouts.ServiceAttribute";
    public const string LibrarySpoutAttribute = "Spouts.Hosting.LibrarySpoutAttribute";
    public const string AssemblyMetadata = "System.Reflection.AssemblyMetadataAttribute";
    public const string SpoutFile = "Spouts.SpoutFile";
    public const string SpoutContext = "Spouts.SpoutContext";
    public const string Cursor = "Spouts.Cursor`1";
    public const string CursorAttribute = "Spouts.CursorAttribute";
    public const string DateTimeOffset = "System.DateTimeOffset";
    public const string CancellationToken = "System.Threading.CancellationToken";
    public const string Task = "System.Threading.Tasks.Task`1";
    public const string ValueTask = "System.Threading.Tasks.ValueTask`1";
    public const string AsyncEnumerable = "System.Collections.Generic.IAsyncEnumerable`1";
    public const string Enumerable = "System.Collections.Generic.IEnumerable`1";
    public const string JsonElement = "System.Text.Json.JsonElement";
    public const string FromKeyedServices = "Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute";
    public const string ActivatorConstructor = "Microsoft.Extensions.DependencyInjection.ActivatorUtilitiesConstructorAttribute";
    public const string JsonIgnore = "System.Text.Json.Serialization.JsonIgnoreAttribute";
    public const string JsonPropertyName = "System.Text.Json.Serialization.JsonPropertyNameAttribute";
    public const string Obsolete = "System.ObsoleteAttribute";
    public const string SetsRequiredMembers = "System.Diagnostics.CodeAnalysis.SetsRequiredMembersAttribute";

    /// <summary>The key of <c>AssemblyMetadata</c> under which a program or library carries its manifest.</summary>
    public const string ManifestKey = "Spouts.Manifest";

    /// <summary>Whether this is the type of that metadata name, whatever its arguments.</summary>
    public static bool Is(this ITypeSymbol? type, string metadataName) =>
        type is { ContainingType: null, ContainingNamespace: { } space }
        && metadataName.EndsWith(type.MetadataName, StringComparison.Ordinal)
        && metadataName == $"{space.ToDisplayString()}.{type.MetadataName}";

    /// <summary>The attribute of that metadata name, if the symbol carries it.</summary>
    public static AttributeData? Attribute(this ISymbol symbol, string metadataName)
    {
        foreach (AttributeData attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass.Is(metadataName))
                return attribute;
        }

        return null;
    }
}
