using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Emitting;

/// <summary>Writes how the records that cursors hold are kept in the ledger.</summary>
internal static class CodecEmitter
{
    private const string Codec = "global::Spouts.Hosting.CursorCodec";

    /// <summary>The file; null where no cursor holds a record.</summary>
    public static SourceText? Emit(AppModel app)
    {
        // What a record is made of comes before it.
        RecordCodec[] records = [.. app.Spouts
            .SelectMany(static spout => spout.Sources)
            .SelectMany(static source => source.Arguments)
            .OfType<CursorArgument>()
            .SelectMany(static cursor => Records(cursor.Codec))
            .Distinct()];
        if (records.Length == 0)
            return null;

        SourceWriter writer = new();
        writer.Write(Header.Text);
        writer.Write(
            $$"""
            // A member that is obsolete says so where it is written.
            #pragma warning disable CS0612, CS0618

            namespace Spouts.Generated;

            /// <summary>How the ledger keeps the records that cursors hold.</summary>
            {{Header.Plumbing}}
            internal static class CursorCodecs
            {
            """);
        using (writer.Indent())
        {
            foreach (RecordCodec record in records)
            {
                if (!ReferenceEquals(record, records[0]))
                    writer.Write("");
                Write(writer, record);
            }
        }

        writer.Write("}");
        return writer.ToSourceText();
    }

    /// <summary>The codec as a C# expression.</summary>
    public static string Expression(CodecModel codec) => codec switch
    {
        NamedCodec named => $"{Codec}.{named.Name}",
        ComposedCodec composed => $"{Codec}.{composed.Name}({Expression(composed.Of)})",
        RecordCodec record => $"global::Spouts.Generated.CursorCodecs.{Identifier(record.Type)}",
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "A codec without an expression."),
    };

    private static IEnumerable<RecordCodec> Records(CodecModel codec) => codec switch
    {
        ComposedCodec composed => Records(composed.Of),
        RecordCodec record => [.. record.Members.SelectMany(static member => Records(member.Codec)), record],
        _ => [],
    };

    private static void Write(SourceWriter writer, RecordCodec record)
    {
        string migrated = record.IsMigrated ? $"{Codec}.Migrated(" : "";
        writer.Write($"public static {Codec}<{record.Type}> {Identifier(record.Type)} {{ get; }} =\n    {migrated}{Codec}.Record<{record.Type}>(");
        using (writer.Indent())
        using (writer.Indent())
        {
            writer.Write($"{Header.SteppedThrough} static (value) => new()\n{{");
            using (writer.Indent())
            {
                foreach (MemberModel member in record.Members)
                    writer.Write($"[{Literal(member.Name)}] = {Expression(member.Codec)}.Write(value.{Displayed.Identifier(member.Name)}),");
            }

            writer.Write("},");
            WriteRead(writer, record);
        }
    }

    private static void WriteRead(SourceWriter writer, RecordCodec record)
    {
        string end = record.IsMigrated ? $"), {record.Type}.Migrate);" : ");";
        string[] parameters = [.. record.Members
            .Where(static member => member.Parameter is not null)
            .Select(static member => $"{Displayed.Identifier(member.Parameter!)}: {Get(member, member.Default)}")];
        string[] required = [.. record.Members
            .Where(static member => member.IsRequired)
            .Select(static member => $"{Displayed.Identifier(member.Name)} = {Get(member, null)},")];
        string[] settable = [.. record.Members
            .Where(static member => member is { Parameter: null, IsRequired: false })
            .Select(static member => $"{Displayed.Identifier(member.Name)} = {Get(member, $"made.{Displayed.Identifier(member.Name)}")},")];

        string made = $"new {record.Type}({(parameters.Length == 0 ? "" : "\n    ")}{string.Join(",\n    ", parameters)})"
            + (required.Length == 0 ? "" : $"\n{{\n    {string.Join("\n    ", required)}\n}}");
        if (settable.Length == 0)
        {
            writer.Write($"{Header.SteppedThrough} static (saved) => {made}{end}");
            return;
        }

        writer.Write($"{Header.SteppedThrough} static (saved) =>\n{{");
        using (writer.Indent())
            writer.Write($"{record.Type} made = {made};\nreturn made with\n{{\n    {string.Join("\n    ", settable)}\n}};");
        writer.Write($"}}{end}");
    }

    private static string Get(MemberModel member, string? declared) =>
        $"saved.Get({Literal(member.Name)}, {Expression(member.Codec)}{(declared is null ? "" : $", {declared}")})";

    /// <summary>A name for the codec of a type that no other type gets.</summary>
    private static string Identifier(string type)
    {
        StringBuilder name = new();
        foreach (char c in type.Replace("global::", "").Replace("@", "").Replace(", ", ","))
        {
            _ = c switch
            {
                '_' => name.Append("__"),
                '.' => name.Append('_'),
                '<' => name.Append("_of_"),
                ',' => name.Append("_and_"),
                '>' => name.Append('_'),
                '?' => name.Append("_or_null"),
                '[' => name.Append("_array"),
                ']' => name,
                _ => name.Append(c),
            };
        }

        return SyntaxFacts.GetKeywordKind(name.ToString()) is SyntaxKind.None ? name.ToString() : "@" + name;
    }

    private static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
