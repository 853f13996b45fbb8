using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Pachyderm;
using Spouts.Pachyderm.Protos.Pfs;

namespace Spouts.Tests.Adversary;

/// <summary>What a server does with staged file sets, without one: for tests of what is staged, and never of how a server behaves.</summary>
internal sealed class MemoryServer : CallInvoker
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<ModifyFileRequest>> _sets = new();
    private int _count;

    public MemoryServer() => Repo = new(this, "default", "clicks", "master");

    /// <summary>The client's side.</summary>
    public OutputRepo Repo { get; }

    /// <summary>The messages that made a file set, those of its parts one after the other.</summary>
    public IReadOnlyList<ModifyFileRequest> Messages(string fileSet) => _sets[fileSet];

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        Writer<TRequest> writer = new(options.CancellationToken);
        return new(
            writer, AnswerAsync(), Task.FromResult(new Metadata()), static () => Status.DefaultSuccess, static () => [], static () => { });

        async Task<TResponse> AnswerAsync()
        {
            await writer.Completed;
            return (TResponse)(object)Keep([.. writer.Messages.Cast<ModifyFileRequest>()]);
        }
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        object answer = request switch
        {
            ComposeFileSetRequest parts => Keep([.. parts.FileSetIds.SelectMany(Messages)]),
            RenewFileSetRequest => new Empty(),
            _ => throw new NotSupportedException(method.FullName),
        };
        return new(
            Task.FromResult((TResponse)answer), Task.FromResult(new Metadata()), static () => Status.DefaultSuccess, static () => [], static () => { });
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        throw new NotSupportedException(method.FullName);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException(method.FullName);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException(method.FullName);

    private CreateFileSetResponse Keep(IReadOnlyList<ModifyFileRequest> messages)
    {
        string id = $"set{Interlocked.Increment(ref _count)}";
        _sets[id] = messages;
        return new() { FileSetId = id };
    }

    private sealed class Writer<T>(CancellationToken cancellation) : IClientStreamWriter<T>
    {
        private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<T> Messages { get; } = [];

        public Task Completed => _completed.Task;

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(T message)
        {
            cancellation.ThrowIfCancellationRequested();

            // The message borrows the memory that its content is in.
            Messages.Add(message is ModifyFileRequest modify ? (T)(object)modify.Clone().Copied() : message);
            return Task.CompletedTask;
        }

        public Task CompleteAsync()
        {
            if (cancellation.IsCancellationRequested)
                _completed.TrySetCanceled(cancellation);
            else
                _completed.TrySetResult();
            return Task.CompletedTask;
        }
    }
}

internal static class ModifyFileRequestExtensions
{
    /// <summary>The same message with content of its own.</summary>
    public static ModifyFileRequest Copied(this ModifyFileRequest message)
    {
        if (message.AddFile is { } add)
            add.Raw = Google.Protobuf.ByteString.CopyFrom(add.Raw.Span);
        return message;
    }
}
