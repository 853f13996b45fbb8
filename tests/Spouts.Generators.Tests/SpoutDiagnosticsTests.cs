namespace Spouts.Generators.Tests;

/// <summary>Each mistake of a class: that it is reported at its place, and that its legal neighbours are not.</summary>
public sealed class SpoutDiagnosticsTests
{
    private const string Source = """[Poll("30s")] public SpoutFile[] Fetch() => [];""";

    public static TheoryData<string> Mistakes =>
    [
        // SPOUT001, illegal names
        $$"""[Spout({|SPOUT001:"Clicks"|})] class A { {{Source}} }""",
        $$"""[Spout({|SPOUT001:""|})] class A { {{Source}} }""",
        $$"""[Spout({|SPOUT001:null!|})] class A { {{Source}} }""",
        $$"""[Spout({|SPOUT001:"-a"|})] class A { {{Source}} }""",
        $$"""[Spout({|SPOUT001:"a-"|})] class A { {{Source}} }""",
        $$"""[Spout({|SPOUT001:"a_b"|})] class A { {{Source}} }""",
        $$"""[Spout({|SPOUT001:"ä"|})] class A { {{Source}} }""",
        $$"""[Spout({|SPOUT001:"a\n"|})] class A { {{Source}} }""",
        $$"""[Spout({|SPOUT001:"{{new string('a', 52)}}"|})] class A { {{Source}} }""",

        // SPOUT002, two of one name
        $$"""[Spout({|SPOUT002:"a"|})] class A { {{Source}} } [Spout({|SPOUT002:"a"|})] class B { {{Source}} } [Spout("c")] class C { {{Source}} }""",

        // SPOUT003, illegal branches
        $$"""[Spout("a", OutputBranch = {|SPOUT003:"a/b"|})] class A { {{Source}} }""",
        $$"""[Spout("a", Description = "d", OutputBranch = {|SPOUT003:""|})] class A { {{Source}} }""",
        $$"""[Spout("a", OutputBranch = {|SPOUT003:"0123456789ab40123456789abcdef012"|})] class A { {{Source}} }""",

        // SPOUT004, nothing to construct
        $$"""[Spout("a")] abstract class {|SPOUT004:A|} { {{Source}} }""",
        """[Spout("a")] static class {|SPOUT004:A|} { [Poll("30s")] public static SpoutFile[] Fetch() => []; }""",
        $$"""[Spout("a")] class {|SPOUT004:A|}<T> { {{Source}} }""",
        $$"""class Outer<T> { [Spout("a")] public class {|SPOUT004:A|} { {{Source}} } }""",
        $$"""class Outer { [Spout("a")] private class {|SPOUT004:A|} { {{Source}} } }""",
        $$"""class Outer { private class Inner { [Spout("a")] public class {|SPOUT004:A|} { {{Source}} } } }""",
        $$"""[Spout("a")] file class {|SPOUT004:A|} { {{Source}} }""",
        $$"""[Spout("a")] class {|SPOUT004:A|} { private A() { } {{Source}} }""",
        $$"""[Spout("a")] class {|SPOUT004:A|} { public A(Version x) { } public A(Uri x) { } {{Source}} }""",
        $$"""[Spout("a")] class {|SPOUT004:A|} { public A(out int x) => x = 1; {{Source}} }""",
        $$"""[Spout("a")] class {|SPOUT004:A|} { public A(Span<int> x) { } {{Source}} }""",
        $$"""file class Outer { [Spout("a")] public class {|SPOUT004:A|} { {{Source}} } }""",

        $$"""[Spout("a")] class {|SPOUT004:A|} { [Microsoft.Extensions.DependencyInjection.ActivatorUtilitiesConstructor] private A() { } public A(Uri x) { } {{Source}} }""",

        $$"""[Spout("a"), Obsolete("gone", true)] class {|SPOUT004:A|} { {{Source}} }""",
        $$"""[Obsolete("gone", error: true)] class Outer { [Spout("a")] public class {|SPOUT004:A|} { {{Source}} } }""",
        $$"""[Spout("a")] class {|SPOUT004:A|} { [Obsolete("gone", true)] public A() { } {{Source}} }""",
        """[Spout("a")] class A { [Obsolete("gone", true), Poll("30s")] public SpoutFile[] {|SPOUT008:Fetch|}() => []; }""",

        // SPOUT045, what no container has
        $$"""[Spout("a")] class A { public A(int {|SPOUT045:retries|}) { } {{Source}} }""",
        $$"""[Spout("a")] class A(string {|SPOUT045:name|}, TimeSpan {|SPOUT045:wait|}, DayOfWeek {|SPOUT045:day|}) { public string Made => $"{name}{wait}{day}"; {{Source}} }""",
        $$"""[Spout("a")] class A { public required Guid {|SPOUT045:Id|} { get; init; } public required (int, string) {|SPOUT045:Pair|} { get; init; } {{Source}} }""",
        """[Spout("a")] class A { [Poll("30s")] public SpoutFile[] Fetch(bool {|SPOUT045:all|}, string? maybe, int? number, [Microsoft.Extensions.DependencyInjection.FromKeyedServices("k")] string keyed) => []; }""",

        // SPOUT005, what belongs to a run
        $$"""[Spout("a")] class A { public A(Cursor<int> {|SPOUT005:last|}) { } {{Source}} }""",
        $$"""[Spout("a")] class A { public A(SpoutContext {|SPOUT005:context|}) { } {{Source}} }""",
        $$"""[Spout("a")] class A { public A(CancellationToken {|SPOUT005:stop|}) { } {{Source}} }""",
        $$"""[Spout("a")] class A { public required Cursor<int> {|SPOUT005:Last|} { get; init; } {{Source}} }""",
        $$"""abstract class Base { public required SpoutContext {|SPOUT005:Context|} { get; set; } } [Spout("a")] class A : Base { {{Source}} }""",

        // SPOUT006, no source
        """[Spout("a")] class {|SPOUT006:A|} { public SpoutFile[] Fetch() => []; }""",
        """abstract class Base { [Poll("30s")] public SpoutFile[] Fetch() => []; } [Spout("a")] class {|SPOUT006:A|} : Base { public new SpoutFile[] Fetch() => []; }""",

        // SPOUT007, no spout
        $$"""class A { [Poll("30s")] public SpoutFile[] {|SPOUT007:Fetch|}() => []; } [Spout("z")] class Z { {{Source}} }""",
        $$"""class A { [Schedule("@daily")] public SpoutFile[] {|SPOUT007:Fetch|}() => []; } [Spout("z")] class Z { {{Source}} }""",
        $$"""class A { [Stream] public IAsyncEnumerable<SpoutFile> {|SPOUT007:Fetch|}(CancellationToken stop) => throw new OperationCanceledException(stop); } [Spout("z")] class Z { {{Source}} }""",
        $$"""class A { [Poll("1s")] [Stream] public SpoutFile[] {|SPOUT007:Fetch|}() => []; } [Spout("z")] class Z { {{Source}} }""",
        $$"""static class S { [Poll("30s")] public static SpoutFile[] {|SPOUT007:Fetch|}() => []; } [Spout("z")] class Z { {{Source}} }""",
        $$"""interface I { [Poll("30s")] SpoutFile[] {|SPOUT007:Fetch|}(); } [Spout("z")] class Z { {{Source}} }""",
        $$"""struct S { [Poll("30s")] public SpoutFile[] {|SPOUT007:Fetch|}() => []; } [Spout("z")] class Z { {{Source}} }""",
        $$"""[Spout("a")] class A { {{Source}} public class B { [Poll("30s")] public SpoutFile[] {|SPOUT007:Other|}() => []; } }""",
        $$"""[Spout("a")] class A { {{Source}} public SpoutFile[] X { [Poll("30s")] {|SPOUT007:get|} => []; } }""",
        $$"""class A { [Schedule("0 6 * * *")] public SpoutFile[] {|SPOUT007:Fetch|}() => []; [Stream] public IAsyncEnumerable<SpoutFile> {|SPOUT007:Other|}(CancellationToken stop) => throw new OperationCanceledException(stop); } [Spout("z")] class Z { {{Source}} }""",
        $$"""class A { [Poll("30s")] public virtual SpoutFile[] {|SPOUT007:Fetch|}() => []; } class B : A; [Spout("z")] class Z { {{Source}} }""",
        $$"""[Spout("a")] class A { {{Source}} public void X() { Y(); [Poll("30s")] SpoutFile[] {|SPOUT007:Y|}() => []; } }""",
    ];

    public static TheoryData<string> Legal =>
    [
        $$"""[Spout("a")] class A { {{Source}} } [Spout("0")] class B { {{Source}} } [Spout("a-1--b")] class C { {{Source}} }""",
        $$"""[Spout("{{new string('a', 51)}}")] class A { {{Source}} }""",
        $$"""[Spout("a", OutputBranch = "Out_put-1")] class A { {{Source}} }""",
        $$"""[Spout("a", OutputBranch = "0123456789ab30123456789abcdef012")] class A { {{Source}} }""",
        $$"""class Outer { [Spout("a")] internal class A { {{Source}} } }""",
        $$"""class Outer { [Spout("a")] protected internal class A { {{Source}} } }""",
        $$"""[Spout("a")] record A(HttpClient Http) { {{Source}} }""",
        $$"""[Spout("a")] sealed record A { {{Source}} }""",
        $$"""[Spout("a")] class A { private A(string x, string y) { } public A() : this("", "") { } {{Source}} }""",
        $$"""[Spout("a")] class A { public A() { } internal A(Uri x) { } {{Source}} }""",
        $$"""[Spout("a")] class A { public required string Url; [System.Diagnostics.CodeAnalysis.SetsRequiredMembers] public A(Uri x) => Url = x.Host; {{Source}} }""",
        $$"""[Spout("a")] class A { public required Uri Url { get; init; } public required Version? @class; {{Source}} }""",
        $$"""class Base { public required Uri Url { get; init; } } [Spout("a")] class A : Base { {{Source}} }""",
        $$"""[Spout("a")] partial class A { {{Source}} } partial class A { [Poll("1m")] public SpoutFile[] Other() => []; }""",
        $$"""abstract class Base { [Poll("1m")] public SpoutFile[] Other() => []; } [Spout("z")] class Z { {{Source}} }""",
        $$"""class Base<T> { [Poll("1m")] public SpoutFile[] Other() => []; } class Middle : Base<int>; class Outer { [Spout("z")] internal class Z : Middle { {{Source}} } }""",
        $$"""class Base<T> { } [Spout("a")] class A : Base<int> { {{Source}} }""",
        $$"""[Spout("a")] class A { {{Source}} [Spout("b")] public class B { {{Source}} } }""",
        """class Base { [Poll("30s")] public SpoutFile[] Fetch() => []; } [Spout("a")] class A : Base;""",
        """abstract class Base { [Poll("30s")] public abstract SpoutFile[] Fetch(); [Poll("30s")] protected void Never() { } } [Spout("z")] class Z { [Poll("1s")] public SpoutFile[] Fetch() => []; }""",
        $$"""class Base { [Poll("30s")] public SpoutFile[] Fetch() => []; } [Spout("a")] class A : Base { {{Source.Replace("public", "public new", StringComparison.Ordinal)}} }""",
        """abstract class Base { [Batch(Files = 1), Retry] public abstract SpoutFile[] Fetch(); } [Spout("a")] class A : Base { [Poll("1s")] public override SpoutFile[] Fetch() => []; }""",
        """class Base { [Poll("30s")] public virtual SpoutFile[] Fetch() => []; } class Middle : Base { public override SpoutFile[] Fetch() => []; } [Spout("a")] class A : Middle;""",
        """[Spout("a")] partial class A { [Poll("30s")] public partial SpoutFile[] Fetch(); public partial SpoutFile[] Fetch() => []; }""",
        """[Spout("a")] partial class A { public partial SpoutFile[] Fetch(); [Poll("30s")] public partial SpoutFile[] Fetch() => []; }""",
        $$"""[Spout("a")] [Obsolete] class A { {{Source}} [Obsolete("b")] [Poll("1s")] public SpoutFile[] B() => []; }""",
    ];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_reported_where_it_is(string marked) => Marked.Verify($"using Spouts;\nnamespace Demo;\n{marked}");

    [Theory]
    [MemberData(nameof(Legal))]
    public void What_is_legal_is_not_reported(string source) => Marked.Verify($"using Spouts;\nnamespace Demo;\n{source}");
}
