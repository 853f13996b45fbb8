namespace Spouts.Chaos.Faults;

/// <summary>How a process that opened a commit too late finds that out.</summary>
internal enum LateWriterEnd
{
    /// <summary>It looks, and sees.</summary>
    Sees,

    /// <summary>The reply to its look is lost.</summary>
    LosesReply,

    /// <summary>It dies before it looks.</summary>
    Dies,
}
