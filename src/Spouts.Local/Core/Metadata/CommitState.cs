namespace Spouts.Local.Core.Metadata;

/// <summary>How far a commit has come; the numbers are Pachyderm's.</summary>
internal enum CommitState
{
    Unknown = 0,
    Started = 1,
    Ready = 2,
    Finishing = 3,
    Finished = 4,
}
