using Microsoft.CodeAnalysis.Text;
using Spouts.Generators.Models;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Emitting;

/// <summary>Writes how what cursors hold is kept in the ledger.</summary>
internal static class CodecEmitter
{
    private const string Codec = "global::Spouts.Hosting.CursorCodec";

    /// <summary>The file; null where the codecs of the framework do.</summary>
    public static SourceText? Emit(CodecNames codecs)
    {
        if (codecs.InOrder.Count == 0)
            return null;

        SourceWriter writer = new();
        writer.Write(Header.Text);
        writer.Write(
            $$"""
            {{Header.Muted}}

            namespace Spouts.Generated;

            /// <summary>How the ledger keeps what cursors hold. Obsolete itself, it may use members that are obsolete as errors.</summary>
            {{Header.Plumbing}}
            [global::System.Obsolete]
            internal static class CursorCodecs
            {
            """);
        using (writer.Indent())
        {
            foreach (CodecModel codec in codecs.InOrder)
            {
                if (!ReferenceEquals(codec, codecs.InOrder[0]))
                    writer.Write("");
                Write(writer, codecs, codec);
            }
        }

        writer.Write("}");
        return writer.ToSourceText();
    }

    private static void Write(SourceWriter writer, CodecNames codecs, CodecModel codec)
    {
        string head = $"public static {Codec}<{Type(codec)}> {codecs[codec]} {{ get; }} =";
        if (codec is RecordCodec record)
            WriteRecord(writer, codecs, record, head);
        else if (codec is ComposedCodec composed)
            writer.Write($"{head}\n    {Codec}.{composed.Name}({codecs.Expression(composed.Of)});");
        else
            writer.Write($"{head}\n    {Codec}.Enum<{Type(codec)}>();");
    }

    private static void WriteRecord(SourceWriter writer, CodecNames codecs, RecordCodec record, string head)
    {
        string migrated = record.IsMigrated ? $"{Codec}.Migrated(" : "";
        writer.Write($"{head}\n    {migrated}{Codec}.Record<{record.Type}>(");
        using (writer.Indent())
        using (writer.Indent())
        {
            writer.Write($"{Header.SteppedThrough} static (value) => new()\n{{");
            using (writer.Indent())
            {
                foreach (MemberModel member in record.Members)
                {
                    if (member.Codec is { } codec)
                        writer.Write($"[{Literals.Text(member.JsonName)}] = {codecs.Expression(codec)}.Write(value.{Displayed.Identifier(member.Name)}),");
                }
            }

            writer.Write("},");
            WriteRead(writer, codecs, record);
        }
    }

    private static void WriteRead(SourceWriter writer, CodecNames codecs, RecordCodec record)
    {
        string end = record.IsMigrated ? $"), {record.Type}.Migrate);" : ");";
        string[] parameters = [.. record.Members
            .Where(static member => member.Parameter is not null)
            .Select(member => $"{Displayed.Identifier(member.Parameter!)}: {Get(codecs, member, member.Default)}")];
        string[] required = [.. record.Members
            .Where(static member => member.IsRequired)
            .Select(member => $"{Displayed.Identifier(member.Name)} = {Get(codecs, member, null)},")];
        string[] settable = [.. record.Members
            .Where(static member => member is { Parameter: null, IsRequired: false, Codec: not null })
            .Select(member => $"{Displayed.Identifier(member.Name)} = {Get(codecs, member, $"made.{Displayed.Identifier(member.Name)}")},")];

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

    /// <summary>The value of a member: the saved one or, if there is none, what the record declares.</summary>
    private static string Get(CodecNames codecs, MemberModel member, string? declared) => member.Codec is { } codec
        ? $"saved.Get({Literals.Text(member.JsonName)}, {codecs.Expression(codec)}{(declared is null ? "" : $", {declared}")})"
        : declared ?? "default!";

    /// <summary>The type that a codec is for.</summary>
    private static string Type(CodecModel codec) => codec switch
    {
        NamedCodec named => named.Type,
        EnumCodec named => named.Type,
        RecordCodec record => record.Type,
        ComposedCodec { Name: "Nullable" or "Optional", Of: var of } => $"{Type(of)}?",
        ComposedCodec { Name: "Array", Of: var of } => $"{Type(of)}[]",
        ComposedCodec { Name: "Dictionary", Of: var of } => $"global::System.Collections.Generic.Dictionary<string, {Type(of)}>",
        ComposedCodec { Name: "ReadOnlyList", Of: var of } => $"global::System.Collections.Generic.IReadOnlyList<{Type(of)}>",
        ComposedCodec { Name: "ImmutableArray", Of: var of } => $"global::System.Collections.Immutable.ImmutableArray<{Type(of)}>",
        ComposedCodec { Name: var name, Of: var of } => $"global::System.Collections.Generic.{name}<{Type(of)}>",
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "A codec without a type."),
    };
}
