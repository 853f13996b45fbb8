using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Spouts.Tests;

namespace Spouts.Samples.Tests;

/// <summary>A built sample as its user runs it, with its state in a folder of the test's.</summary>
internal sealed class SampleProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<JsonElement> _events = Channel.CreateUnbounded<JsonElement>();
    private readonly List<string> _log = [];
    private readonly Process _process;

    private SampleProgram(Process process) => _process = process;

    public static string Folder(string sample) => Path.Combine(Metadata("Samples"), sample);

    public static string Output(string sample) => Path.Combine(Folder(sample), Metadata("Output"));

    /// <summary>Copies a sample's output, so that its local pachd keeps its state in the project folder given.</summary>
    public static string Install(string sample, string project)
    {
        string program = Path.Combine(project, "bin");
        foreach (string file in Directory.EnumerateFiles(Output(sample), "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(program, Path.GetRelativePath(Output(sample), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        string settings = Path.Combine(program, "spouts.local.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(settings))!;
        json["project"] = project;
        File.WriteAllText(settings, json.ToJsonString());
        return Path.Combine(program, $"{sample}.dll");
    }

    public static SampleProgram Start(string program, string arguments, params (string Name, string Value)[] variables)
    {
        // A job in a shell's background inherits an ignored SIGINT, and so would this process.
        (string Name, string Options) dotnet = OperatingSystem.IsLinux() ? ("env", "--default-signal=INT dotnet ") : ("dotnet", "");
        ProcessStartInfo info = new(dotnet.Name, $"{dotnet.Options}{program} {arguments}") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in variables)
            info.Environment[name] = value;
        TestOutput.Plant(info);
        SampleProgram started = new(new() { StartInfo = info });
        started._process.OutputDataReceived += started.Read;
        started._process.ErrorDataReceived += started.Keep;
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    public int Id => _process.Id;

    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    /// <summary>The next line that it prints, as JSON.</summary>
    public async Task<JsonElement> NextAsync(string kind)
    {
        using CancellationTokenSource patience = new(Patience);
        try
        {
            JsonElement next = await _events.Reader.ReadAsync(patience.Token);
            Assert.Equal(kind, next.GetProperty("event").GetString());
            return next;
        }
        catch (Exception late) when (late is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException($"No '{kind}' came. Its log:\n{Log}", late);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code, and what it had printed and nobody read.</returns>
    public async Task<(int ExitCode, IReadOnlyList<JsonElement> Events)> EndAsync()
    {
        using CancellationTokenSource patience = new(Patience);
        await _process.WaitForExitAsync(patience.Token);
        List<JsonElement> rest = [];
        while (await _events.Reader.WaitToReadAsync(patience.Token) && _events.Reader.TryRead(out JsonElement next))
            rest.Add(next);
        return (_process.ExitCode, rest);
    }

    /// <summary>What Ctrl+C sends.</summary>
    public void Interrupt() => Signal("INT");

    public void Signal(string signal) => Process.Start("sh", ["-c", $"kill -{signal} {_process.Id}"]).WaitForExit();

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static string Metadata(string key) => typeof(SampleProgram).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    private void Read(object sender, DataReceivedEventArgs line)
    {
        TestOutput.Keep(line.Data ?? "");
        if (line.Data is null)
            _events.Writer.Complete();
        else
            _events.Writer.TryWrite(JsonDocument.Parse(line.Data).RootElement);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        TestOutput.Keep(line.Data ?? "");
        lock (_log)
            _log.Add(line.Data ?? "");
    }
}
