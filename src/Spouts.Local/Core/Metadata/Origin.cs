namespace Spouts.Local.Core.Metadata;

/// <summary>Why a commit exists; the numbers are Pachyderm's.</summary>
internal enum Origin
{
    Unknown = 0,
    User = 1,
    Auto = 2,
    Fsck = 3,
}
