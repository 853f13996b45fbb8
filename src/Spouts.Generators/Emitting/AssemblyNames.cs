using System.Globalization;
using System.Text;

namespace Spouts.Generators.Emitting;

/// <summary>The names of what is generated for a whole assembly: each assembly has its own, so that those that see each other's never meet.</summary>
internal static class AssemblyNames
{
    /// <summary>The namespace of all that is generated and that nobody has to name.</summary>
    public const string Space = "Spouts.Generated";

    /// <summary>The class with <c>AddSpouts</c>.</summary>
    public const string Registration = "SpoutsServiceCollectionExtensions";

    /// <summary>The namespace of that class, which its assembly imports everywhere; others, its friends too, do not.</summary>
    public static string RegistrationSpace(string assembly) => $"{Space}.Assembly_{Identifier(assembly)}";

    /// <summary>
    /// An identifier for an assembly that no other one gets: in its name a dot is two underscores, any other character that is not an
    /// ASCII letter or digit its code between underscores.
    /// </summary>
    public static string Identifier(string assembly)
    {
        StringBuilder name = new();
        foreach (char c in assembly)
        {
            _ = c is '.' ? name.Append("__")
                : c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') ? name.Append(c)
                : name.Append('_').Append(((int)c).ToString("x", CultureInfo.InvariantCulture)).Append('_');
        }

        return name.ToString();
    }
}
