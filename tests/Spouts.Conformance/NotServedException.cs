namespace Spouts.Conformance;

/// <summary>A step needs something that no local pachd has.</summary>
public sealed class NotServedException(string what) : Exception(what);
