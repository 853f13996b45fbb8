using Grpc.Core;

namespace Spouts.Conformance;

/// <summary>A call left open by a step: a client stream, or a unary call that waits.</summary>
internal sealed record OpenCall(string Call, Task<byte[]> Answer, IClientStreamWriter<byte[]>? Messages, CancellationTokenSource Cancellation, string Door);
