namespace Spouts.Ledgers;

/// <summary>Items that became durable together, and are perhaps not acknowledged.</summary>
/// <param name="Hours">How many hours their source has run since, in whichever process.</param>
/// <param name="Items">The items, in their order.</param>
internal sealed record ItemBatch(double Hours, IReadOnlyList<StoredItem> Items);
