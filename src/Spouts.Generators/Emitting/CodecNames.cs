using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Emitting;

/// <summary>The codecs that are generated for a program, each once and with a name of its own: those of records, enums and collections.</summary>
internal sealed class CodecNames
{
    private const string Framework = "global::Spouts.Hosting.CursorCodec";

    private readonly Dictionary<CodecModel, string> _names = [];
    private readonly List<CodecModel> _inOrder = [];
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public CodecNames(AppModel app)
    {
        foreach (CursorArgument cursor in app.Spouts.SelectMany(static spout => spout.Sources).SelectMany(static source => source.Arguments).OfType<CursorArgument>())
            Add(cursor.Codec);
    }

    /// <summary>What a codec is made of comes before it.</summary>
    public IReadOnlyList<CodecModel> InOrder => _inOrder;

    /// <summary>The name of a generated codec.</summary>
    public string this[CodecModel codec] => _names[codec];

    /// <summary>A codec as a C# expression, wherever it is.</summary>
    public string Expression(CodecModel codec) =>
        codec is NamedCodec named ? $"{Framework}.{named.Name}" : $"global::Spouts.Generated.CursorCodecs.{_names[codec]}";

    private void Add(CodecModel codec)
    {
        if (codec is NamedCodec || _names.ContainsKey(codec))
            return;
        foreach (CodecModel part in Parts(codec))
            Add(part);

        // One type may be kept in two ways: what is null in it depends on where it was written.
        string name = Words(codec);
        for (int i = 2; !_taken.Add(name); i++)
            name = $"{Words(codec)}_{i}";
        _names.Add(codec, Displayed.Identifier(name));
        _inOrder.Add(codec);
    }

    private static IEnumerable<CodecModel> Parts(CodecModel codec) => codec switch
    {
        ComposedCodec composed => [composed.Of],
        RecordCodec record => record.Members.Select(static member => member.Codec).OfType<CodecModel>(),
        _ => [],
    };

    private static string Words(CodecModel codec) => codec switch
    {
        NamedCodec named => named.Name,
        EnumCodec named => Words(named.Type),
        ComposedCodec composed => $"{composed.Name}_of_{Words(composed.Of)}",
        RecordCodec record => Words(record.Type),
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "A codec without a name."),
    };

    /// <summary>A type in the letters of an identifier.</summary>
    private static string Words(string type)
    {
        StringBuilder name = new();
        foreach (char c in type.Replace("global::", "").Replace("@", "").Replace(", ", ","))
        {
            _ = c switch
            {
                '.' or '>' => name.Append('_'),
                '<' => name.Append("_of_"),
                ',' => name.Append("_and_"),
                '?' => name.Append("_or_null"),
                '[' => name.Append("_array"),
                _ when SyntaxFacts.IsIdentifierPartCharacter(c) => name.Append(c),
                _ => name.Append(c is ']' ? "" : "_"),
            };
        }

        return name.ToString();
    }
}
