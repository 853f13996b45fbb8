using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Spouts.Telemetry;

namespace Spouts.Hosting;

/// <summary>
/// Answers, where <c>Spouts:HealthPort</c> names a port, whoever asks how the sources are doing: 200, or 503 while one of them fails again and
/// again. What they fail with is in the log only.
/// </summary>
internal sealed class HealthEndpoint(IConfiguration configuration) : IHostedService, IDisposable
{
    /// <summary>The setting.</summary>
    public const string Setting = "Spouts:HealthPort";

    // One failure is the world's, so many in a row are worth a look.
    private const int Sick = 3;

    // Pachyderm's own, in the pod of every worker.
    private static readonly int[] Taken = [1080, 1600, 1653, 9090, 9091];

    private readonly HttpListener _listener = new();
    private Task _answering = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration[Setting] is not { Length: > 0 } text)
            return Task.CompletedTask;
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) || port == 0 || Taken.Contains(port))
            throw new SpoutConfigurationException($"{Setting} is '{text}'; it must be a port from 1 to 65535, and none of Pachyderm's own ({string.Join(", ", Taken)}).");
        _listener.Prefixes.Add($"http://*:{port}/");
        try
        {
            _listener.Start();
        }
        catch (HttpListenerException taken)
        {
            throw new SpoutConfigurationException($"{Setting} is {port}, and that port cannot be listened on: {taken.Message}", taken);
        }

        _answering = AnswerAsync();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _listener.Close();
        return _answering;
    }

    public void Dispose() => _listener.Close();

    private async Task AnswerAsync()
    {
        while (true)
        {
            HttpListenerContext call;
            try
            {
                call = await _listener.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            SourceStatus[] sources = [.. Instruments.Sources.OrderBy(static s => s.Spout, StringComparer.Ordinal).ThenBy(static s => s.Source, StringComparer.Ordinal)];
            call.Response.StatusCode = (int)(Array.Exists(sources, IsSick) ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
            call.Response.ContentType = "application/json";
            try
            {
                await call.Response.OutputStream.WriteAsync(Describe(sources)).ConfigureAwait(false);
                call.Response.Close();
            }
            catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException)
            {
                // Whoever asked has hung up.
                call.Response.Abort();
            }
        }
    }

    private static bool IsSick(SourceStatus source) => source.Failures >= Sick;

    private static ReadOnlyMemory<byte> Describe(SourceStatus[] sources)
    {
        ArrayBufferWriter<byte> buffer = new(256);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status", Array.Exists(sources, IsSick) ? "failing" : "ok");
            json.WriteStartArray("sources");
            foreach (SourceStatus source in sources)
            {
                json.WriteStartObject();
                json.WriteString("spout", source.Spout);
                json.WriteString("source", source.Source);
                json.WriteBoolean("done", source.IsDone);
                json.WriteNumber("failures", source.Failures);
                WriteSeconds(json, "lastSuccessAge", source.SuccessAge);
                WriteSeconds(json, "cursorAge", source.CursorAge);
                WriteSeconds(json, "nextRun", source.UntilNextRun);
                if (source.WaitsUntil is { } until)
                    json.WriteString("waitsUntil", until);
                else
                    json.WriteNull("waitsUntil");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteSeconds(Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { } known)
            json.WriteNumber(name, Math.Round(known.TotalSeconds, 3));
        else
            json.WriteNull(name);
    }
}
