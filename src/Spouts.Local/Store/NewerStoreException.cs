namespace Spouts.Local.Store;

/// <summary>The store was written by a later version of this program.</summary>
internal sealed class NewerStoreException(string path, long version)
    : Exception($"{path} has schema version {version}, this program knows up to {Schema.Version}: use the newer program, or another --state.");
