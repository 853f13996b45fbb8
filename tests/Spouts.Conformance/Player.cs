using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Spouts.Tests;

namespace Spouts.Conformance;

/// <summary>Plays scenarios against two doors and compares every answer.</summary>
public sealed class Player : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_until = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_betweenTries = TimeSpan.FromMilliseconds(50);

    // A stream's messages are not acknowledged, so the recorder, too, gave the server this long to take them in.
    private static readonly TimeSpan s_taken = TimeSpan.FromMilliseconds(150);

    private static readonly string s_rootToken = TestOutput.Secret();

    private readonly Dictionary<string, GrpcChannel> _doors;
    private readonly bool _auth;

    private Player(string cluster, string sidecar, bool auth)
    {
        _auth = auth;
        GrpcChannelOptions options = new() { MaxReceiveMessageSize = 20 * 1024 * 1024, MaxSendMessageSize = 20 * 1024 * 1024 };
        _doors = new()
        {
            ["cluster"] = GrpcChannel.ForAddress("http://" + cluster, options),
            ["sidecar"] = GrpcChannel.ForAddress("http://" + sidecar, options),
        };
    }

    public static Player Against(LocalServer server) => new(server.Cluster, server.Sidecar, auth: false);

    /// <summary>Plays against a server of which nothing but the doors is known.</summary>
    public static Player Against(string cluster, string sidecar) => new(cluster, sidecar, auth: false);

    /// <summary>Turns the server's auth on, as pachctl does, and plays as root where a scenario names nobody.</summary>
    public static async Task<Player> ActivatedAsync(LocalServer server)
    {
        Player player = new(server.Cluster, server.Sidecar, auth: true);
        foreach ((string call, JsonObject request) in new (string, JsonObject)[]
        {
            ("/auth_v2.API/Activate", new() { ["rootToken"] = s_rootToken }),
            ("/pfs_v2.API/ActivateAuth", []),
            ("/pps_v2.API/ActivateAuth", []),
        })
        {
            JsonObject answer = await player.CallAsync(new JsonObject { ["call"] = call, ["request"] = request });
            if (answer["code"]!.GetValue<string>() != "OK")
                throw new InvalidOperationException($"{call}: {answer.ToJsonString()}");
        }

        return player;
    }

    public void Dispose()
    {
        foreach (GrpcChannel door in _doors.Values)
            door.Dispose();
    }

    /// <exception cref="NotServedException">The scenario needs what a local pachd does not have.</exception>
    /// <exception cref="ScenarioFailedException">An answer differs.</exception>
    public async Task PlayAsync(Scenario scenario)
    {
        if (scenario.Auth != _auth)
            throw new NotServedException(scenario.Auth ? "needs a server with auth" : "needs a server without auth");
        Normalizer normalizer = new();
        Dictionary<string, OpenCall> open = [];
        try
        {
            for (int i = 0; i < scenario.Steps.Count; i++)
                await PlayStepAsync(scenario.Steps[i]!.AsObject(), i, normalizer, open);
        }
        finally
        {
            foreach (OpenCall left in open.Values)
                await left.Cancellation.CancelAsync();
        }
    }

    private async Task PlayStepAsync(JsonObject step, int number, Normalizer normalizer, Dictionary<string, OpenCall> open)
    {
        if (step["sleep"] is { } sleep)
        {
            await Task.Delay(Duration(sleep.GetValue<string>()));
            return;
        }

        JsonObject concrete = new(step.Where(pair => pair.Key is not ("expect" or "save" or "until")).Select(pair =>
            KeyValuePair.Create(pair.Key, normalizer.Substitute(pair.Value))));
        string what = $"step {number} {Name(step)}";
        if (concrete["cancel"] is { } cancelled)
        {
            open.Remove(cancelled.GetValue<string>(), out OpenCall? call);
            await call!.Cancellation.CancelAsync();
            await Task.Delay(s_taken);
            return;
        }

        if (concrete["open"] is { } opened)
        {
            open[opened.GetValue<string>()] = await OpenAsync(concrete);
            return;
        }

        if (concrete["send"] is { } sent)
        {
            OpenCall call = open[sent.GetValue<string>()];
            foreach (JsonNode? message in concrete["messages"]!.AsArray())
                await call.Messages!.WriteAsync(Calls.Encode(call.Call, message));
            await Task.Delay(s_taken);
            return;
        }

        JsonObject answer;
        if (concrete["close"] is { } closed)
        {
            open.Remove(closed.GetValue<string>(), out OpenCall? call);
            answer = await CloseAsync(call!);
        }
        else
        {
            answer = await AskAsync(concrete);
            JsonNode? until = normalizer.Substitute(step["until"]);
            for (DateTime end = DateTime.UtcNow + s_until; !Reached(until, answer) && DateTime.UtcNow < end;)
            {
                await Task.Delay(s_betweenTries);
                answer = await AskAsync(concrete);
            }
        }

        foreach ((string name, JsonNode? path) in step["save"]?.AsObject() ?? [])
        {
            if (At(answer, path!.GetValue<string>()) is { } value)
                normalizer.Save(name, value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : value.ToJsonString());
        }

        if (step["expect"] is { } expect && Difference.Find(expect, normalizer.Normalize(answer)) is { } difference)
            throw new ScenarioFailedException($"{what}{difference}");
    }

    private static string Name(JsonObject step)
        => (step["call"] ?? step["close"] ?? step["kube"])?.GetValue<string>() ?? "";

    private static bool Reached(JsonNode? until, JsonObject answer)
        => until is null || until.AsObject().All(pair => At(answer, pair.Key)?.ToString() == pair.Value?.ToString());

    // A path with a slash in it is split at slashes, because its keys hold dots.
    private static JsonNode? At(JsonNode answer, string path)
    {
        JsonNode? at = answer;
        foreach (string key in path.Split(path.Contains('/', StringComparison.Ordinal) ? '/' : '.'))
            at = at is JsonArray list ? list[int.Parse(key, CultureInfo.InvariantCulture)] : at?[key];
        return at;
    }

    private async Task<OpenCall> OpenAsync(JsonObject step)
    {
        string call = step["call"]!.GetValue<string>();
        string door = step["door"]?.GetValue<string>() ?? "cluster";
        CancellationTokenSource cancellation = new();
        Method<byte[], byte[]> method = Calls.Method(call);
        CallOptions options = new(Headers(step), DateTime.UtcNow + s_deadline, cancellation.Token);
        List<byte[]> messages = [.. step["messages"]!.AsArray().Select(message => Calls.Encode(call, message))];
        OpenCall opened;
        if (method.Type == MethodType.Unary)
        {
            AsyncUnaryCall<byte[]> unary = _doors[door].CreateCallInvoker().AsyncUnaryCall(method, null, options, messages[0]);
            opened = new OpenCall(call, unary.ResponseAsync, null, cancellation, door);
        }
        else
        {
            AsyncClientStreamingCall<byte[], byte[]> stream = _doors[door].CreateCallInvoker().AsyncClientStreamingCall(method, null, options);
            foreach (byte[] message in messages)
                await stream.RequestStream.WriteAsync(message);
            opened = new OpenCall(call, stream.ResponseAsync, stream.RequestStream, cancellation, door);
        }

        await Task.Delay(s_taken);
        return opened;
    }

    private static Task<JsonObject> CloseAsync(OpenCall call)
        => AnswerAsync(async answer =>
        {
            if (call.Messages is not null)
                await call.Messages.CompleteAsync();
            SetResponse(answer, Calls.Decode(call.Call, await call.Answer));
        });

    private Task<JsonObject> AskAsync(JsonObject step)
        => step["kube"] is { } path ? KubernetesAnswer.ReadAsync(_doors["cluster"], path.GetValue<string>(), Headers(step)) : CallAsync(step);

    private Task<JsonObject> CallAsync(JsonObject step)
    {
        string call = step["call"]!.GetValue<string>();
        CallInvoker door = _doors[step["door"]?.GetValue<string>() ?? "cluster"].CreateCallInvoker();
        Method<byte[], byte[]> method = Calls.Method(call);
        TimeSpan deadline = step["deadline"] is { } given ? Duration(given.GetValue<string>()) : s_deadline;
        CallOptions options = new(Headers(step), DateTime.UtcNow + deadline);
        return AnswerAsync(async answer =>
        {
            switch (method.Type)
            {
                case MethodType.ClientStreaming:
                    using (AsyncClientStreamingCall<byte[], byte[]> stream = door.AsyncClientStreamingCall(method, null, options))
                    {
                        await SendAllAsync(call, stream, step["messages"]!.AsArray());
                        SetResponse(answer, Calls.Decode(call, await stream.ResponseAsync));
                    }

                    break;
                case MethodType.ServerStreaming:
                    using (AsyncServerStreamingCall<byte[]> stream = door.AsyncServerStreamingCall(method, null, options, Calls.Encode(call, step["request"])))
                        await ReadAllAsync(call, stream, step["first"]?.GetValue<int>(), answer);
                    break;
                default:
                    using (AsyncUnaryCall<byte[]> unary = door.AsyncUnaryCall(method, null, options, Calls.Encode(call, step["request"])))
                        SetResponse(answer, Calls.Decode(call, await unary.ResponseAsync));
                    break;
            }
        });
    }

    // The server may refuse in the middle of a stream; its answer tells why, not the failed write.
    private static async Task SendAllAsync(string call, AsyncClientStreamingCall<byte[], byte[]> stream, JsonArray messages)
    {
        try
        {
            foreach (JsonNode? message in messages)
                await stream.RequestStream.WriteAsync(Calls.Encode(call, message));
            await stream.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            await stream.ResponseAsync;
        }
        catch (InvalidOperationException)
        {
            await stream.ResponseAsync;
        }
    }

    private static async Task ReadAllAsync(string call, AsyncServerStreamingCall<byte[]> stream, int? first, JsonObject answer)
    {
        List<byte[]> messages = [];
        bool ended = false;
        try
        {
            while ((first is null || messages.Count < first) && await stream.ResponseStream.MoveNext(CancellationToken.None))
                messages.Add(stream.ResponseStream.Current);
            ended = true;
        }
        finally
        {
            if (call.EndsWith("/GetFile", StringComparison.Ordinal))
            {
                if (ended || messages.Count > 0)
                    answer["text"] = Calls.Shorten(Calls.Join(messages));
            }
            else if (call.EndsWith("/GetFileTAR", StringComparison.Ordinal))
            {
                if (ended || messages.Count > 0)
                    answer["tar"] = TarEntries.Read(Calls.Join(messages));
            }
            else if (ended || messages.Count > 0)
            {
                answer["responses"] = new JsonArray([.. messages.Select(message => Calls.Decode(call, message))]);
            }
        }
    }

    private static async Task<JsonObject> AnswerAsync(Func<JsonObject, Task> call)
    {
        JsonObject answer = new() { ["code"] = "OK" };
        try
        {
            await call(answer);
        }
        catch (RpcException e)
        {
            answer["code"] = Calls.CodeName(e.StatusCode);
            answer["message"] = e.Status.Detail;
        }

        return answer;
    }

    private static void SetResponse(JsonObject answer, JsonNode response)
    {
        if (response.AsObject().Count > 0)
            answer["response"] = response;
    }

    private Metadata Headers(JsonObject step)
    {
        Metadata headers = [];
        string? token = step["as"]?.GetValue<string>() ?? (_auth ? "root" : null);
        if (token is not (null or "nobody"))
            headers.Add("authn-token", token == "root" ? s_rootToken : token);
        foreach ((string key, JsonNode? value) in step["metadata"]?.AsObject() ?? [])
            headers.Add(key, value!.GetValue<string>());
        return headers;
    }

    private static TimeSpan Duration(string text)
        => text.EndsWith("ms", StringComparison.Ordinal)
            ? TimeSpan.FromMilliseconds(double.Parse(text[..^2], CultureInfo.InvariantCulture))
            : TimeSpan.FromSeconds(double.Parse(text.TrimEnd('s'), CultureInfo.InvariantCulture));
}
