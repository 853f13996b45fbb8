namespace Spouts.Bench.Publishing;

/// <summary>Where the server listens that throws everything away.</summary>
internal sealed record RawServerAddress(Uri Http2, int TcpPort);
