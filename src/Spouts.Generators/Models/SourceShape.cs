namespace Spouts.Generators.Models;

/// <summary>How a source method hands its files over.</summary>
internal enum SourceShape
{
    /// <summary>As the stream that the host reads.</summary>
    Stream,

    /// <summary>As an iterator, a list or an array.</summary>
    List,

    /// <summary>As a task of one file or of null.</summary>
    TaskOfFile,

    /// <summary>As a task of a list.</summary>
    TaskOfList,
}
