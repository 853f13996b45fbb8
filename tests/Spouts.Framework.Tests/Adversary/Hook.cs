using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Spouts.Tests.Adversary;

/// <summary>What happens before a process's calls, by the name of their method, and which replies are lost.</summary>
internal sealed class Hook : Interceptor
{
    private readonly Dictionary<string, Queue<(Func<object, Task> Before, bool Lose)>> _before = [];
    private readonly HashSet<string> _silent = [];

    public ConcurrentDictionary<string, int> Calls { get; } = new();

    public ConcurrentDictionary<string, int> Streams { get; } = new();

    /// <summary>Does something before the next call of a method; with <paramref name="lose"/>, that call is never made and fails as a broken connection does.</summary>
    public void Before(string method, Func<object, Task> act, bool lose = false)
    {
        if (!_before.TryGetValue(method, out var queue))
            _before[method] = queue = new();
        queue.Enqueue((act, lose));
    }

    /// <summary>Loses the reply to a call that arrives: to the one that is about to be made, or the next.</summary>
    public void LoseReply(string method) => _silent.Add(method);

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
            if (lose)
                throw Broken();
            TResponse response = await continuation(request, context).ResponseAsync;
            return _silent.Remove(context.Method.Name) ? throw Broken() : response;
        }
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        Streams.AddOrUpdate(context.Method.Name, 1, (_, n) => n + 1);
        if (!_before.TryGetValue(context.Method.Name, out var queue) || queue.Count == 0)
            return continuation(request, context);
        var (before, lose) = queue.Dequeue();
        LateStream<TResponse> stream = new(async () =>
        {
            await before(request!);
            return lose ? throw Broken() : continuation(request, context);
        });
        return new(stream, Task.FromResult(new Metadata()), static () => Status.DefaultCancelled, static () => [], stream.Dispose);
    }

    private static RpcException Broken() => new(new Status(StatusCode.Unavailable, "the connection broke"));

    // A stream that is opened when it is read.
    private sealed class LateStream<T>(Func<Task<AsyncServerStreamingCall<T>>> open) : IAsyncStreamReader<T>
    {
        private AsyncServerStreamingCall<T>? _call;

        public T Current => _call!.ResponseStream.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken) => await (_call ??= await open()).ResponseStream.MoveNext(cancellationToken);

        public void Dispose() => _call?.Dispose();
    }
}
