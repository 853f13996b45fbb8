namespace Spouts.Local.Core;

/// <summary>Leaves a transaction that was only tried.</summary>
internal sealed class UndoException : Exception;
