using Spouts.CodeFixes.Declarations;
using Spouts.Generators.Analyzers.Declarations;

namespace Spouts.Generators.Tests.CodeFixes;

/// <summary>Fixes of what is declared, most of which the generator reports.</summary>
public sealed class DeclarationFixTests
{
    [Fact]
    public Task Names_of_spouts_become_legal() => Fixed.VerifyClassAsync<GeneratorMistakes, LegalNameFix>(
        """
        [Spout({|SPOUT001:"WebClicks_2"|}, Description = "Not_this")]
        class A
        {
            [Poll("30s")]
            public SpoutFile[] Fetch() => [];
        }

        [Spout({|SPOUT001:"-" + "x"|})]
        class B
        {
            [Poll("30s")]
            public SpoutFile[] Fetch() => [];
        }

        [Spout({|SPOUT001:"an.even.longer.name.than.kubernetes.takes.for.objects.of.its"|})]
        class C
        {
            [Poll("30s")]
            public SpoutFile[] Fetch() => [];
        }
        """,
        """
        [Spout("web-clicks-2", Description = "Not_this")]
        class A
        {
            [Poll("30s")]
            public SpoutFile[] Fetch() => [];
        }

        [Spout({|SPOUT001:"-" + "x"|})]
        class B
        {
            [Poll("30s")]
            public SpoutFile[] Fetch() => [];
        }

        [Spout("an-even-longer-name-than-kubernetes-takes-for-objec")]
        class C
        {
            [Poll("30s")]
            public SpoutFile[] Fetch() => [];
        }
        """);

    [Fact]
    public Task Branches_become_legal() => Fixed.VerifyClassAsync<GeneratorMistakes, LegalBranchFix>(
        """
        [Spout("a", OutputBranch = {|SPOUT003:"raw/data"|})]
        class A
        {
            [Poll("30s")]
            public SpoutFile[] Fetch() => [];
        }

        [Spout("b", OutputBranch = {|SPOUT003:"0123456789ab4123456789abcdef0123"|})]
        class B
        {
            [Poll("30s")]
            public SpoutFile[] Fetch() => [];
        }
        """,
        """
        [Spout("a", OutputBranch = "raw-data")]
        class A
        {
            [Poll("30s")]
            public SpoutFile[] Fetch() => [];
        }

        [Spout("b", OutputBranch = {|SPOUT003:"0123456789ab4123456789abcdef0123"|})]
        class B
        {
            [Poll("30s")]
            public SpoutFile[] Fetch() => [];
        }
        """);

    [Theory]
    [InlineData("30", "30s")]
    [InlineData("30 S", "30s")]
    [InlineData("500ms", "1s")]
    [InlineData("90000 millis", "1m30s")]
    [InlineData("1m1h", "1h1m")]
    [InlineData("1.5 hours", "1h30m")]
    [InlineData("2 days 5min", "2d5m")]
    [InlineData("00:01:30", "1m30s")]
    public Task Intervals_become_readable(string text, string interval) =>
        Fixed.VerifyAsync<GeneratorMistakes, IntervalFix>(Polling($$"""{|SPOUT010:"{{text}}"|}"""), Polling($"\"{interval}\""));

    [Theory]
    [InlineData("")]
    [InlineData("often")]
    [InlineData("0s")]
    [InlineData("1h 30")]
    [InlineData("400d")]
    [InlineData("-1s")]
    [InlineData("3 weeks")]
    public Task What_is_no_time_is_left_to_its_author(string text) =>
        Fixed.VerifyAsync<GeneratorMistakes, IntervalFix>(Polling($$"""{|SPOUT010:"{{text}}"|}"""), Polling($$"""{|SPOUT010:"{{text}}"|}"""));

    [Fact]
    public Task Sources_come_into_reach() => Fixed.VerifyAsync<GeneratorMistakes, ReachableFix>(
        """
        // The first.
        [Poll("30s")]
        private static SpoutFile[] {|SPOUT008:One|}() => [];

        [Poll("30s")]
        SpoutFile[] {|SPOUT008:Two|}() => [];

        [Poll("30s")] protected virtual async Task<SpoutFile?> {|SPOUT008:Three|}()
        {
            await Task.Yield();
            return null;
        }

        [Poll("30s")]
        private protected SpoutFile[] {|SPOUT008:Four|}() => [];

        [Poll("30s")]
        private SpoutFile[] {|SPOUT008:Five|}<T>() => [];
        """,
        """
        // The first.
        [Poll("30s")]
        internal static SpoutFile[] One() => [];

        [Poll("30s")]
        internal SpoutFile[] Two() => [];

        [Poll("30s")]
        internal virtual async Task<SpoutFile?> Three()
        {
            await Task.Yield();
            return null;
        }

        [Poll("30s")]
        internal SpoutFile[] Four() => [];

        [Poll("30s")]
        private SpoutFile[] {|SPOUT008:Five|}<T>() => [];
        """.Replace("[Poll(\"30s\")]\ninternal virtual", "[Poll(\"30s\")] internal virtual", StringComparison.Ordinal));

    [Fact]
    public Task Overloads_get_names_of_their_own() => Fixed.VerifyAsync<GeneratorMistakes, SourceNameFix>(
        """
        [Poll("30s")]
        public SpoutFile[] Fetch() => [];

        [Poll("30s")]
        public SpoutFile[] {|SPOUT012:Fetch|}(HttpClient http) => [];

        [Poll("30s", FormerName = "old")]
        public SpoutFile[] {|SPOUT012:Fetch|}(Uri at) => [];

        [Poll("30s", Name = "Fetch")]
        public SpoutFile[] {|SPOUT012:Other|}() => [];
        """,
        """
        [Poll("30s")]
        public SpoutFile[] Fetch() => [];

        [Poll("30s", Name = "Fetch2")]
        public SpoutFile[] Fetch(HttpClient http) => [];

        [Poll("30s", FormerName = "old", Name = "Fetch3")]
        public SpoutFile[] Fetch(Uri at) => [];

        [Poll("30s", Name = "Fetch")]
        public SpoutFile[] {|SPOUT012:Other|}() => [];
        """);

    [Fact]
    public Task Async_voids_return_a_task() => Fixed.VerifyAsync<AsyncVoidAnalyzer, AsyncTaskFix>(
        """
        [Poll("30s")]
        public SpoutFile[] Fetch(List<int> list)
        {
            Local();
            list.ForEach({|SPOUT051:async a => await Task.Delay(a)|});
            return [];
            async void {|SPOUT051:Local|}() => await Task.Yield();
        }

        private static async void {|SPOUT051:Report|}()
        {
            await Task.Yield();
        }
        """,
        """
        [Poll("30s")]
        public SpoutFile[] Fetch(List<int> list)
        {
            Local();
            list.ForEach({|SPOUT051:async a => await Task.Delay(a)|});
            return [];
            async Task Local() => await Task.Yield();
        }

        private static async Task Report()
        {
            await Task.Yield();
        }
        """);

    private static string Polling(string interval) =>
        $"""
        [Poll({interval})]
        public SpoutFile[] Fetch() => [];
        """;
}
