using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Spouts.Tests.Adversary;

/// <summary>What happens before a process's unary calls, by the name of their method, and which replies are lost.</summary>
internal sealed class Hook : Interceptor
{
    private readonly Dictionary<string, Queue<(Func<object, Task> Before, bool Lose)>> _before = [];
    public ConcurrentDictionary<string, int> Calls { get; } = new();

    /// <summary>Does something before the next call of a method; with <paramref name="lose"/>, that call is never made and fails as a broken connection does.</summary>
    public void Before(string method, Func<object, Task> act, bool lose = false)
    {
        if (!_before.TryGetValue(method, out var queue))
            _before[method] = queue = new();
        queue.Enqueue((act, lose));
    }

    public void Lose(string method) => Before(method, _ => Task.CompletedTask, lose: true);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        Calls.AddOrUpdate(context.Method.Name, 1, (_, n) => n + 1);
        if (!_before.TryGetValue(context.Method.Name, out var queue) || queue.Count == 0)
            return continuation(request, context);
        var (before, lose) = queue.Dequeue();
        Task<TResponse> answer = RunAsync();
        return new(answer, Task.FromResult(new Metadata()), static () => Status.DefaultCancelled, static () => [], static () => { });

        async Task<TResponse> RunAsync()
        {
            await before(request!);
            return lose ? throw new RpcException(new Status(StatusCode.Unavailable, "the connection broke")) : await continuation(request, context).ResponseAsync;
        }
    }
}
