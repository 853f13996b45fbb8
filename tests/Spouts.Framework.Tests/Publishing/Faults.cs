using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Spouts.Tests.Publishing;

/// <summary>Breaks calls off, on their way to the server or on their way back, as a connection that fails does.</summary>
internal sealed class Faults : Interceptor
{
    private string? _method;
    private bool _delivered;
    private int _left;

    /// <summary>Loses the next calls of a method.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="delivered">Whether the server gets them, and only the answer is lost.</param>
    /// <param name="times">How many.</param>
    public void Lose(string method, bool delivered, int times = 1) => (_method, _delivered, _left) = (method, delivered, times);

    /// <summary>How many calls have been lost.</summary>
    public int Lost { get; private set; }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        if (_left == 0 || context.Method.Name != _method)
            return continuation(request, context);
        _left--;
        Lost++;
        Task<TResponse> answer = LoseAsync(_delivered ? continuation(request, context).ResponseAsync : null);
        return new(answer, Task.FromResult(new Metadata()), static () => Status.DefaultCancelled, static () => [], static () => { });
    }

    private static async Task<T> LoseAsync<T>(Task<T>? delivered)
    {
        if (delivered is not null)
            await delivered;
        throw new RpcException(new Status(StatusCode.Unavailable, "the connection broke"));
    }
}
