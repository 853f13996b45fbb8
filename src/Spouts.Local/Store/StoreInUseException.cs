namespace Spouts.Local.Store;

/// <summary>Another process has the store open.</summary>
internal sealed class StoreInUseException(string directory, string holder)
    : Exception($"{directory} is in use by {holder}: stop that process, connect to it, or use another --state.")
{
    /// <summary>Who has it open: its process and its address.</summary>
    public string Holder { get; } = holder;
}
