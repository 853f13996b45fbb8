using Spouts.Generators.Models;
using Spouts.Hosting;

namespace Spouts.Generators.Tests;

/// <summary>Each mistake of a source method: that it is reported at its place, and that its legal neighbours are not.</summary>
public sealed class SourceDiagnosticsTests
{
    public static TheoryData<string> Mistakes =>
    [
        // SPOUT008, not to be called
        """[Poll("30s")] SpoutFile[] {|SPOUT008:Fetch|}() => [];""",
        """[Poll("30s")] protected SpoutFile[] {|SPOUT008:Fetch|}() => [];""",
        """[Poll("30s")] public SpoutFile[] {|SPOUT008:Fetch|}<T>() => [];""",
        """[Poll("30s")] public SpoutFile[] Fetch(ref int {|SPOUT008:x|}) => [];""",
        """[Poll("30s")] public SpoutFile[] Fetch(out int {|SPOUT008:x|}) { x = 1; return []; }""",
        """[Poll("30s")] public SpoutFile[] Fetch(Uri a, ReadOnlySpan<char> {|SPOUT008:x|}) => [];""",
        """[Poll("30s")] IEnumerable<SpoutFile> ISource.{|SPOUT008:Fetch|}() => [];""",

        // SPOUT009, no files
        """[Poll("30s")] public void {|SPOUT009:Fetch|}() { }""",
        """[Poll("30s")] public SpoutFile {|SPOUT009:Fetch|}() => SpoutFile.Text("/a", "");""",
        """[Poll("30s")] public Task {|SPOUT009:Fetch|}() => Task.CompletedTask;""",
        """[Poll("30s")] public Task<string> {|SPOUT009:Fetch|}() => Task.FromResult("");""",
        """[Poll("30s")] public Task<IAsyncEnumerable<SpoutFile>> {|SPOUT009:Fetch|}() => throw new NotSupportedException();""",
        """[Poll("30s")] public Task<List<SpoutFile>?> {|SPOUT009:Fetch|}() => Task.FromResult<List<SpoutFile>?>(null);""",
        """[Poll("30s")] public IEnumerable<string> {|SPOUT009:Fetch|}() => [];""",
        """[Poll("30s")] public IEnumerable<SpoutFile?> {|SPOUT009:Fetch|}() => [];""",
        """[Poll("30s")] public IEnumerable<SpoutFile>? {|SPOUT009:Fetch|}() => null;""",
        """[Poll("30s")] public IAsyncEnumerable<SpoutFile?> {|SPOUT009:Fetch|}() => throw new NotSupportedException();""",
        """[Poll("30s")] public Task<SpoutFile?>? {|SPOUT009:Fetch|}() => null;""",
        """[Stream] public SpoutFile[] {|SPOUT009:Fetch|}() => [];""",
        """[Stream] public Task<SpoutFile?> {|SPOUT009:Fetch|}() => null!;""",
        """[Stream] public IEnumerable<SpoutFile> {|SPOUT009:Fetch|}() => [];""",

        // SPOUT010, no duration
        """[Poll({|SPOUT010:""|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:null!|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"30"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"s"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"500ms"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"30 s"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"30s\n"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"30S"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"1m1h"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"1.5h"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"-1s"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"0s"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"366d"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"365d1s"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"999999999d999999999h"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"99999999999999999999s"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll({|SPOUT010:"٣s"|})] public SpoutFile[] Fetch() => [];""",
        """[Schedule("@daily", Within = {|SPOUT010:"later"|}, Jitter = {|SPOUT010:"0s"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll("1s")] [Batch(Period = {|SPOUT010:""|})] [Retry(Delay = {|SPOUT010:"1ms"|}, LongestDelay = {|SPOUT010:"x"|}, Timeout = {|SPOUT010:"366d"|})] public SpoutFile[] Fetch() => [];""",

        // SPOUT011, cursors that cannot be saved
        """[Poll("30s")] public SpoutFile[] Fetch(Cursor<object> {|SPOUT011:last|}) => [];""",
        """[Poll("30s")] public SpoutFile[] Fetch(Cursor<int> fine, Cursor<int[,]> {|SPOUT011:last|}) => [];""",
        """[Poll("30s")] public SpoutFile[] Fetch(Cursor<(int, int)> {|SPOUT011:last|}, Cursor<Cursor<int>> {|SPOUT011:other|}) => [];""",
        """[Poll("30s")] public SpoutFile[] Fetch(Cursor<List<Uri>> {|SPOUT011:last|}, Cursor<Dictionary<int, int>> {|SPOUT011:other|}) => [];""",
        """internal class Poco { public int A { get; set; } } [Poll("30s")] internal SpoutFile[] Fetch(Cursor<Poco> {|SPOUT011:last|}) => [];""",
        """internal record Deep(Uri? Home); [Poll("30s")] internal SpoutFile[] Fetch(Cursor<List<Deep>> {|SPOUT011:last|}) => [];""",
        """private record Hidden(int A); [Poll("30s")] internal SpoutFile[] Fetch(Cursor<int> a) => []; [Poll("30s")] private SpoutFile[] {|SPOUT008:B|}(Cursor<Hidden> {|SPOUT011:last|}) => [];""",
        """internal record Node(int A, Node? Next); [Poll("30s")] internal SpoutFile[] Fetch(Cursor<Node> {|SPOUT011:last|}) => [];""",
        """internal abstract record Shape(int A); [Poll("30s")] internal SpoutFile[] Fetch(Cursor<Shape> {|SPOUT011:last|}) => [];""",
        """internal record Empty; [Poll("30s")] internal SpoutFile[] Fetch(Cursor<Empty> {|SPOUT011:last|}) => [];""",
        """internal record Lossy(int A) { public int B { get; } = A; } [Poll("30s")] internal SpoutFile[] Fetch(Cursor<Lossy> {|SPOUT011:last|}) => [];""",
        """internal record Lossy(int A) { private int _b = A; public int B => _b++; } [Poll("30s")] internal SpoutFile[] Fetch(Cursor<Lossy> {|SPOUT011:last|}) => [];""",
        """internal record Other { public Other(string x) => A = x.Length; public int A { get; init; } } [Poll("30s")] internal SpoutFile[] Fetch(Cursor<Other> {|SPOUT011:last|}) => [];""",
        """internal record Old(int A) { public static int Migrate(System.Text.Json.JsonElement old) => 1; } [Poll("30s")] internal SpoutFile[] Fetch(Cursor<Old> {|SPOUT011:last|}) => [];""",
        """internal record Old(int A) { public static Old Migrate(string old) => new(1); } [Poll("30s")] internal SpoutFile[] Fetch(Cursor<Old> {|SPOUT011:last|}) => [];""",

        // SPOUT012, two of one name
        """[Poll("30s")] public SpoutFile[] Fetch() => []; [Poll("30s")] public SpoutFile[] {|SPOUT012:Fetch|}(Uri x) => [];""",
        """[Poll("30s")] public SpoutFile[] Fetch() => []; [Poll("30s", Name = "Fetch")] public SpoutFile[] {|SPOUT012:Other|}() => [];""",

        // SPOUT013, illegal names
        """[Poll("30s", Name = {|SPOUT013:""|})] public SpoutFile[] Fetch() => [];""",
        """[Poll("30s", Name = {|SPOUT013:"a b"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll("30s")] public SpoutFile[] {|SPOUT013:Größe|}() => [];""",
        $$"""[Poll("30s")] public SpoutFile[] {|SPOUT013:{{new string('a', 65)}}|}() => [];""",
        """[Poll("30s", FormerName = {|SPOUT013:"a b"|})] public SpoutFile[] Fetch() => [];""",
        """[Schedule("@daily", Name = {|SPOUT013:""|})] public SpoutFile[] Fetch() => []; [Stream(Name = {|SPOUT013:"ä"|})] public IAsyncEnumerable<SpoutFile> Next(CancellationToken stop) => throw new OperationCanceledException(stop);""",

        // SPOUT026 and SPOUT027, no or no useful cron expressions
        """[Schedule({|SPOUT026:""|})] public SpoutFile[] Fetch() => [];""",
        """[Schedule({|SPOUT026:null!|})] public SpoutFile[] Fetch() => [];""",
        """[Schedule({|SPOUT026:"60 * * * *"|})] public SpoutFile[] Fetch() => [];""",
        """[Schedule({|SPOUT026:"H * * * *"|})] public SpoutFile[] Fetch() => [];""",
        """[Schedule({|SPOUT026:"* * * *"|})] public SpoutFile[] Fetch() => [];""",
        """[Schedule({|SPOUT027:"0 0 30 2 *"|})] public SpoutFile[] Fetch() => [];""",

        // SPOUT028, no time zones
        """[Schedule("@daily", TimeZone = {|SPOUT028:""|})] public SpoutFile[] Fetch() => [];""",
        """[Schedule("@daily", TimeZone = {|SPOUT028:"Central European Standard Time"|})] public SpoutFile[] Fetch() => [];""",
        """[Schedule("@daily", TimeZone = {|SPOUT028:"/etc/localtime"|})] public SpoutFile[] Fetch() => [];""",
        """[Schedule("@daily", TimeZone = {|SPOUT028:"Europe/"|})] public SpoutFile[] Fetch() => [];""",
        """[Schedule("@daily", TimeZone = {|SPOUT028:"+01:00"|})] public SpoutFile[] Fetch() => [];""",

        // SPOUT029, two triggers
        """[Poll("1s")] [Schedule("@daily")] public SpoutFile[] {|SPOUT029:Fetch|}() => [];""",
        """[Stream, Poll("1s")] public IAsyncEnumerable<SpoutFile> {|SPOUT029:Fetch|}(CancellationToken stop) => throw new OperationCanceledException(stop);""",

        // SPOUT030, no source
        """[Poll("1s")] public SpoutFile[] Fetch() => []; [{|SPOUT030:Batch(Files = 1)|}] public SpoutFile[] Next() => [];""",
        """[Poll("1s")] public SpoutFile[] Fetch() => []; [{|SPOUT030:Batch(Files = -1)|}, {|SPOUT030:Retry|}] public virtual void Next() { }""",

        // SPOUT031, limits of batches
        """[Poll("1s"), {|SPOUT031:Batch|}] public SpoutFile[] Fetch() => [];""",
        """[Poll("1s"), {|SPOUT031:Batch(Files = 0, Bytes = 0)|}] public SpoutFile[] Fetch() => [];""",
        """[Poll("1s"), Batch(Files = {|SPOUT031:-1|}, Period = "1s")] public SpoutFile[] Fetch() => [];""",
        """[Stream, Batch(Bytes = {|SPOUT031:long.MinValue|}, Files = 1)] public IAsyncEnumerable<SpoutFile> Fetch(CancellationToken stop) => throw new OperationCanceledException(stop);""",

        // SPOUT032, policies
        """[Poll("1s"), Retry(Attempts = {|SPOUT032:-1|})] public SpoutFile[] Fetch() => [];""",
        """[Poll("1s"), Retry(DeadLetterAfter = {|SPOUT032:-1|})] public SpoutFile[] Fetch() => [];""",
        """[Poll("1s"), Retry(Attempts = 3, DeadLetterAfter = {|SPOUT032:3|})] public SpoutFile[] Fetch() => [];""",
        """[Poll("1s"), Retry(Delay = {|SPOUT032:"31s"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll("1s"), Retry(Delay = "3s", LongestDelay = {|SPOUT032:"2s"|})] public SpoutFile[] Fetch() => [];""",
        """[Stream, Retry(Timeout = {|SPOUT032:"1m"|})] public IAsyncEnumerable<SpoutFile> Fetch(CancellationToken stop) => throw new OperationCanceledException(stop);""",

        // SPOUT033, nothing due
        """[Poll("1s")] public SpoutFile[] Fetch(DateTimeOffset {|SPOUT033:due|}) => [];""",
        """[Stream] public IAsyncEnumerable<SpoutFile> Fetch(DateTimeOffset {|SPOUT033:due|}, CancellationToken stop) => throw new OperationCanceledException(stop);""",

        // SPOUT043, nothing late
        """[Schedule("@daily", Missed = Missed.Skip, Within = {|SPOUT043:"6h"|})] public SpoutFile[] Fetch() => [];""",

        // SPOUT034, names in use
        """[Poll("1s", FormerName = {|SPOUT034:"Fetch"|})] public SpoutFile[] Fetch() => [];""",
        """[Poll("1s", FormerName = {|SPOUT034:"next"|})] public SpoutFile[] Fetch() => []; [Schedule("@daily", Name = "next")] public SpoutFile[] Other() => [];""",
        """[Poll("1s", FormerName = "a")] public SpoutFile[] Fetch() => []; [Stream(FormerName = {|SPOUT034:"a"|})] public IAsyncEnumerable<SpoutFile> Other(CancellationToken stop) => throw new OperationCanceledException(stop);""",

        // SPOUT044, former names of cursors
        """[Poll("1s")] public SpoutFile[] Fetch([Cursor(FormerName = {|SPOUT044:""|})] Cursor<int> at) => [];""",
        """[Poll("1s")] public SpoutFile[] Fetch([Cursor(FormerName = {|SPOUT044:"a b"|})] Cursor<int> at) => [];""",
        """[Poll("1s")] public SpoutFile[] Fetch([Cursor(FormerName = {|SPOUT044:"at"|})] Cursor<int> at) => [];""",
        """[Poll("1s")] public SpoutFile[] Fetch(Cursor<int> last, [Cursor(FormerName = {|SPOUT044:"last"|})] Cursor<int> at) => [];""",
        """[Poll("1s")] public SpoutFile[] Fetch([Cursor(FormerName = "a")] Cursor<int> b, [Cursor(FormerName = {|SPOUT044:"a"|})] Cursor<long> c) => [];""",
        """[Poll("1s")] public SpoutFile[] Fetch([{|SPOUT030:Cursor(FormerName = "a")|}] Uri at) => [];""",
        """[Poll("1s")] public SpoutFile[] Fetch() => []; public void Next([{|SPOUT030:Cursor(FormerName = "a")|}] Cursor<int> at) { }""",

        // Several at once
        """[Poll({|SPOUT010:"often"|})] void {|SPOUT008,SPOUT009:Fetch|}(Cursor<object> {|SPOUT011:last|}) { }""",
    ];

    public static TheoryData<string> Legal =>
    [
        """[Poll("1s")] internal SpoutFile[] Fetch() => [];""",
        """[Poll("365d")] protected internal static SpoutFile[] Fetch() => [];""",
        """[Poll("1d2h3m4s")] public virtual List<SpoutFile> Fetch(in CancellationToken stop) => [];""",
        """[Poll("007s")] public HashSet<SpoutFile> Fetch(CancellationToken stop = default) => [];""",
        """[Poll("30s")] public async Task<SpoutFile?> Fetch(Uri? a, Lazy<Uri?> b, Tuple<int, string?> c, int? d) { await Task.Yield(); return null; }""",
        """[Poll("30s")] public ValueTask<SpoutFile> Fetch(Cursor<string?> a, Cursor<DayOfWeek> b, Cursor<Guid>? c) => throw new NotSupportedException();""",
        """[Poll("30s", Name = "a-b_C9")] public SpoutFile[] Fetch() => [];""",
        """[Poll("30s", Name = "ok")] public SpoutFile[] Größe() => [];""",
        """[Poll("30s", Name = "one")] public SpoutFile[] Fetch() => []; [Poll("30s", Name = "two")] public SpoutFile[] Fetch(Uri x) => [];""",
        """[Poll("30s")] public SpoutFile[] @class(Uri @event) => [];""",
        """[Poll("30s", FormerName = "Old")] public SpoutFile[] Fetch() => []; [Poll("30s", Name = "Next", FormerName = "Older")] public SpoutFile[] Old2() => [];""",
        """[Schedule("0 6 * * *")] public SpoutFile[] Fetch(DateTimeOffset due, Cursor<DateTimeOffset> last) => [];""",
        """[Poll("1s")] public SpoutFile[] Fetch([Cursor(FormerName = "class")] Cursor<int> at, [Cursor(FormerName = "größe")] Cursor<int> size, Uri last) => []; [Poll("1s")] public SpoutFile[] Next([Cursor(FormerName = "at")] Cursor<int> last) => [];""",
        """[Schedule("*/5 0 6 L * MON-FRI", TimeZone = "America/Argentina/ComodRivadavia", Missed = Missed.All, Within = "6h", Jitter = "30s", Overlap = Overlap.Wait, RunOnStart = true)] public SpoutFile[] Fetch() => [];""",
        """[Schedule("@hourly", TimeZone = "Etc/GMT+8", Within = null)] public Task<SpoutFile?> Fetch() => null!; [Schedule("@hourly", TimeZone = "EST5EDT")] public List<SpoutFile> Next() => [];""",
        """[Stream, Batch(Files = 1, Bytes = 1, Period = "1s"), Retry(Attempts = 3, Delay = "30s")] public IAsyncEnumerable<SpoutFile> Fetch(CancellationToken stop) => throw new OperationCanceledException(stop);""",
        """[Poll("1s"), Batch(Bytes = 1), Retry] public SpoutFile[] Fetch() => []; [Poll("1s"), Batch(Period = "1s")] public SpoutFile[] Next() => [];""",
        """[Poll("1s"), Retry(Timeout = "1m")] public SpoutFile[] Fetch() => []; [Schedule("@daily", Missed = Missed.Skip, Jitter = "1s")] public SpoutFile[] Next() => [];""",
        """[Obsolete] [Poll("30s")] public SpoutFile[] Fetch() => [];""",
        """
        #nullable disable
        [Poll("30s")] public Task<SpoutFile> Fetch(Uri a) => null; [Poll("30s")] public IEnumerable<SpoutFile> Other(Cursor<string> b) => null;
        """,
    ];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_reported_where_it_is(string marked) => Marked.Verify(Within(marked));

    [Theory]
    [MemberData(nameof(Legal))]
    public void What_is_legal_is_not_reported(string source) => Marked.Verify(Within(source));

    [Fact]
    public void Every_legal_type_of_cursor_is_saved() => Marked.Verify(Within(
        """
        [Poll("30s")]
        public SpoutFile[] Fetch(
            Cursor<bool> a, Cursor<int> b, Cursor<long> c, Cursor<uint> d, Cursor<ulong> e, Cursor<double> f, Cursor<decimal> g,
            Cursor<string> h, Cursor<Guid> i, Cursor<DateTime> j, Cursor<DateTimeOffset> k, Cursor<DateOnly> l,
            Cursor<TimeOnly> m, Cursor<TimeSpan> n, Cursor<DayOfWeek> o, Cursor<byte> p, Cursor<sbyte> q, Cursor<short> r,
            Cursor<ushort> s, Cursor<float> t, Cursor<char> u, Cursor<Int128> v, Cursor<UInt128> w, Cursor<byte[]> x,
            Cursor<long?> y, Cursor<string?[]> z, Cursor<List<DateOnly>?> aa, Cursor<HashSet<Guid>> ab,
            Cursor<IReadOnlyList<int?>> ac, Cursor<System.Collections.Immutable.ImmutableArray<string>> ad,
            Cursor<Dictionary<string, List<int[]>>> ae, Cursor<KeyValuePair<string, int>> af) => [];
        """));

    [Theory]
    [InlineData("internal record @class(int @event, string? Name = \"a\\n\", DayOfWeek Day = DayOfWeek.Friday, double D = double.NaN, decimal E = 1.5m, long F = 1);", "@class")]
    [InlineData("internal readonly record struct P(int A) { public required string B { get; init; } public int C { get; init; } = A; }", "P")]
    [InlineData("internal struct P { public int A; public readonly int B; public P(int b) { B = b; } }", "P")]
    [InlineData("internal record B(int X); internal sealed record P(int X, string Y) : B(X) { public int Sum => X + Y.Length; }", "P")]
    [InlineData("internal record P<T>(T Item, P<T>.Inner? Other) { internal record struct Inner(T Item); }", "P<string?>")]
    [InlineData("internal record P(int A) { public required int B { get; init; } public P(int a, int b) : this(a) => B = b; }", "P")]
    [InlineData("internal record P(int A) { internal static P Migrate(System.Text.Json.JsonElement old) => new(old.GetInt32()); }", "P")]
    public void Records_and_structs_are_saved(string declaration, string type) =>
        Marked.Verify(Within($"{declaration} [Poll(\"30s\")] internal SpoutFile[] Fetch(Cursor<{type}> a, Cursor<List<{type}?>> b) => [];"));

    [Fact]
    public void The_compiler_and_the_framework_agree_on_the_delays_of_a_policy()
    {
        RetryPolicy policy = new();

        Assert.Equal((policy.Delay, policy.LongestDelay), (RetryModel.DefaultDelay, RetryModel.DefaultLongestDelay));
    }

    private static string Within(string source) =>
        $$"""
        using Spouts;
        namespace Demo;
        interface ISource { IEnumerable<SpoutFile> Fetch(); }
        [Spout("other")] class Other { [Poll("30s")] public SpoutFile[] Fetch() => []; }
        [Spout("a")] class A{{(source.Contains("ISource", StringComparison.Ordinal) ? " : ISource" : "")}}
        {
            {{source}}
        }
        """;
}
