namespace Spouts.Local.Core;

/// <summary>Names a repo. Its text is the one Pachyderm prints: the type is left out for user repos.</summary>
internal sealed record RepoRef(string Project, string Name, string Type)
{
    public const string User = "user";
    public const string Spec = "spec";
    public const string Meta = "meta";

    /// <summary>The form with the type always shown, which some texts use.</summary>
    public string Key => $"{Project}/{Name}.{Type}";

    public override string ToString() => Type == User ? $"{Project}/{Name}" : Key;
}
