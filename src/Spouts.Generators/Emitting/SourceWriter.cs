using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Spouts.Generators.Emitting;

/// <summary>Writes source text with indentation and <c>\n</c> line ends, whatever the machine's are.</summary>
internal sealed class SourceWriter
{
    private const int Width = 4;

    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Goes one step in, and out again when the answer is disposed.</summary>
    public Indentation Indent() => new(this);

    /// <summary>Writes lines, each at the depth reached so far; none of them for empty text but its line end.</summary>
    public void Write(string lines)
    {
        foreach (string line in lines.Split('\n'))
        {
            string written = line.TrimEnd('\r');
            if (written.Length > 0)
                _text.Append(' ', _depth * Width).Append(written);
            _text.Append('\n');
        }
    }

    public SourceText ToSourceText() => SourceText.From(_text.ToString(), Encoding.UTF8);

    /// <summary>One step of depth.</summary>
    public readonly struct Indentation : IDisposable
    {
        private readonly SourceWriter _writer;

        public Indentation(SourceWriter writer)
        {
            _writer = writer;
            _writer._depth++;
        }

        public void Dispose() => _writer._depth--;
    }
}
