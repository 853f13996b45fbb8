using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Spouts.Local.Core;
using Spouts.Local.Store;

namespace Spouts.Local.Services;

/// <summary>Turns what the core refuses into the status that the real server would answer.</summary>
internal sealed partial class ErrorInterceptor(Pachd pachd, ILogger<ErrorInterceptor> log) : Interceptor
{
    private const int LongestText = 8000;

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw Translate(e, context);
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        if (exception is PachException refused)
            return new RpcException(new Status(Code(refused.Kind), Short(refused.Message)));
        if (context.CancellationToken.IsCancellationRequested || IsGone(exception))
            return new RpcException(new Status(StatusCode.Cancelled, "context canceled"));
        if (exception is InvalidProtocolBufferException malformed)
            return new RpcException(Malformed(malformed));
        if (exception is InsufficientExecutionStackException)
            return new RpcException(new Status(StatusCode.InvalidArgument, "the request is nested too deeply to be read"));
        Failed(log, context.Method, exception);
        if (DiskFailure.IsCause(exception))
            return new RpcException(NoRoom(exception));
        return new RpcException(new Status(StatusCode.Internal, Short($"{exception.GetType().Name}: {exception.Message}")));
    }

    // A status goes with the headers, and clients hang up on headers that are too long for them.
    private static string Short(string message) => message.Length <= LongestText ? message : message[..LongestText] + "...";

    /// <summary>A message that is no message of its type.</summary>
    public static Status Malformed(InvalidProtocolBufferException exception)
        => new(StatusCode.Internal, $"grpc: failed to unmarshal the received message: {exception.Message}");

    // Nothing of the call is kept. It may be made again when there is room, without a restart.
    private Status NoRoom(Exception exception) => DiskFailure.IsFull(exception)
        ? new Status(StatusCode.ResourceExhausted, $"no space left for the store in {pachd.Directory}; the call has changed nothing: {exception.Message}")
        : new Status(StatusCode.Unavailable, $"the disk of the store in {pachd.Directory} fails; the call has changed nothing: {exception.Message}");

    // A client that vanished in the midst of its stream; the token that says so may come later than the broken read.
    private static bool IsGone(Exception exception) =>
        exception is IOException { InnerException: ConnectionAbortedException or ConnectionResetException };

    public static StatusCode Code(ErrorKind kind) => kind switch
    {
        ErrorKind.NotFound => StatusCode.NotFound,
        ErrorKind.AlreadyExists => StatusCode.AlreadyExists,
        ErrorKind.InvalidArgument => StatusCode.InvalidArgument,
        ErrorKind.FailedPrecondition => StatusCode.FailedPrecondition,
        ErrorKind.Unavailable => StatusCode.Unavailable,
        ErrorKind.Internal => StatusCode.Internal,
        ErrorKind.Unimplemented => StatusCode.Unimplemented,
        ErrorKind.Unauthenticated => StatusCode.Unauthenticated,
        ErrorKind.PermissionDenied => StatusCode.PermissionDenied,
        ErrorKind.ResourceExhausted => StatusCode.ResourceExhausted,
        _ => StatusCode.Unknown,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed.")]
    private static partial void Failed(ILogger log, string method, Exception exception);
}
