using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Spouts.Local.Children;

/// <summary>
/// What the workers of a pipeline say, one JSON object a line as a real worker prints it, in numbered files of which the last
/// two are kept. Files only grow, and only by whole lines: readers go by the length that was written, and past what a killed
/// process has left of a line.
/// </summary>
internal sealed class WorkerLog : IDisposable
{
    private const int KeptFiles = 2;
    private readonly string _directory;
    private readonly long _fileSize;
    private readonly Lock _lock = new();
    private FileStream _file;
    private int _number;
    private TaskCompletionSource _more = NewSignal();
    private bool _closed;

    /// <param name="fileSize">The size at which the next file is begun.</param>
    public WorkerLog(string directory, long fileSize)
    {
        _directory = directory;
        _fileSize = fileSize;
        Directory.CreateDirectory(directory);
        // What a killed process was writing may end in the midst of a line: it is never continued.
        _number = Numbers().DefaultIfEmpty(-1).Max() + 1;
        _file = Begin();
    }

    public void Write<T>(T line)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, JsonSerializerOptions.Web), (byte)'\n'];
        TaskCompletionSource waiting;
        lock (_lock)
        {
            if (_file.Length > 0 && _file.Length + bytes.Length > _fileSize)
            {
                _file.Dispose();
                _number++;
                _file = Begin();
            }

            Append(bytes);
            waiting = _more;
            _more = NewSignal();
        }

        waiting.SetResult();
    }

    /// <summary>Reads what there is, the oldest line first, and then, if told to, what comes until the worker is gone.</summary>
    /// <param name="tail">How many of the lines that are there to leave out all before; 0: none.</param>
    public async IAsyncEnumerable<string> ReadAsync(bool follow, long tail, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Position from = new(0, 0);
        Queue<string>? last = tail > 0 ? new() : null;
        while (true)
        {
            (Position end, Task more, bool closed) = Look();
            foreach (string line in Lines(from, end))
            {
                if (last is null)
                    yield return line;
                else
                    Keep(last, line, tail);
            }

            while (last?.TryDequeue(out string? line) == true)
                yield return line;
            last = null;
            if (!follow || closed)
                yield break;
            from = end;
            await more.WaitAsync(cancellation);
        }
    }

    /// <summary>Ends what is being followed.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _file.Dispose();
        }

        _more.SetResult();
    }

    // All of it or nothing: a disk may be full in the midst of a line.
    private void Append(byte[] bytes)
    {
        long before = _file.Length;
        try
        {
            _file.Write(bytes);
        }
        catch
        {
            _file.SetLength(before);
            throw;
        }
    }

    private static void Keep(Queue<string> last, string line, long tail)
    {
        last.Enqueue(line);
        if (last.Count > tail)
            last.Dequeue();
    }

    private (Position End, Task More, bool Closed) Look()
    {
        lock (_lock)
            return (new(_number, _closed ? long.MaxValue : _file.Length), _more.Task, _closed);
    }

    private IEnumerable<string> Lines(Position from, Position end)
    {
        foreach (int number in Numbers().Where(number => number >= from.File && number <= end.File).Order())
        {
            using StreamReader reader = new(Read(number, number == from.File ? from.Offset : 0, number == end.File ? end.Offset : long.MaxValue));
            while (reader.ReadLine() is { } line)
                yield return line;
        }
    }

    private MemoryStream Read(int number, long from, long to)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(PathOf(number), share: FileShare.ReadWrite | FileShare.Delete);
            byte[] bytes = new byte[Math.Min(to, RandomAccess.GetLength(file)) - from];
            int read = RandomAccess.Read(file, bytes, from);
            return new MemoryStream(bytes, 0, bytes.AsSpan(0, read).LastIndexOf((byte)'\n') + 1);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Its turn to be deleted came in between, or that of its pipeline.
            return new MemoryStream();
        }
    }

    private FileStream Begin()
    {
        foreach (int old in Numbers().Where(number => number <= _number - KeptFiles))
            File.Delete(PathOf(old));
        return new FileStream(PathOf(_number), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    // None once the pipeline is deleted, and its files with it.
    private int[] Numbers()
    {
        try
        {
            return [.. Directory.GetFiles(_directory, "*.log").Select(file => int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private string PathOf(int number) => Path.Combine(_directory, $"{number}.log");

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly record struct Position(int File, long Offset);
}
