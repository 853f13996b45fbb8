namespace Spouts.Generators;

/// <summary>The named steps of the pipeline, as the incremental tests see them.</summary>
internal static class TrackingNames
{
    /// <summary>Attributed syntax into values; runs for each edit, because it asks the semantic model.</summary>
    public const string Parse = nameof(Parse);

    /// <summary>What code is emitted from: without places, so that a moved line changes nothing.</summary>
    public const string Models = nameof(Models);

    /// <summary>Mistakes with their places.</summary>
    public const string Diagnostics = nameof(Diagnostics);

    /// <summary>What the spouts are compiled into, and what it refers to; asked for each edit.</summary>
    public const string Host = nameof(Host);

    /// <summary>The whole program: its spouts, those of its libraries, and whether it needs a <c>Main</c>.</summary>
    public const string App = nameof(App);
}
