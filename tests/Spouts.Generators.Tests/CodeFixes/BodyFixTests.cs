using Spouts.CodeFixes;
using Spouts.Generators.Analyzers;

namespace Spouts.Generators.Tests.CodeFixes;

/// <summary>Fixes of what analyzers find in bodies.</summary>
public sealed class BodyFixTests
{
    [Fact]
    public Task Blocking_calls_become_awaits() => Fixed.VerifyAsync<BlockingCallAnalyzer, AwaitFix>(
        """
        [Poll("1s")]
        public async Task<SpoutFile> Fetch(Task<string> a, Task b, Task<string> c, Task<string> d, CancellationToken stop)
        {
            {|SPOUT015:Thread.Sleep(1000)|};
            {|SPOUT015:b.Wait()|};
            string text = {|SPOUT015:a.Result|};
            int length = {|SPOUT015:d.GetAwaiter().GetResult()|}.Length;
            await b;
            return SpoutFile.Text($"/{{|SPOUT015:c.Result|}}", text + length);
        }
        """,
        """
        [Poll("1s")]
        public async Task<SpoutFile> Fetch(Task<string> a, Task b, Task<string> c, Task<string> d, CancellationToken stop)
        {
            await Task.Delay(1000, stop);
            await b;
            string text = await a;
            int length = (await d).Length;
            await b;
            return SpoutFile.Text($"/{await c}", text + length);
        }
        """);

    [Fact]
    public Task What_is_not_asynchronous_is_left_to_its_author()
    {
        const string Left =
            """
            [Poll("1s")]
            public SpoutFile[] Fetch(Task<string> a) => [SpoutFile.Text("/a", {|SPOUT015:a.Result|})];
            """;
        return Fixed.VerifyAsync<BlockingCallAnalyzer, AwaitFix>(Left, Left);
    }

    [Theory]
    [InlineData("int n = 0; lock (this) { n += {|SPOUT015:a.Result|}.Length; } return SpoutFile.Text(\"/a\", $\"{n}\");")]
    [InlineData("return SpoutFile.Text(\"/a\", (from i in new[] { 1 } select {|SPOUT015:a.Result|} + i).First());")]
    [InlineData("try { return null; } catch (IOException) when ({|SPOUT015:a.Result|} == \"a\") { throw; }")]
    [InlineData("return SpoutFile.Text(\"/a\", new[] { 1 }.Select(i => {|SPOUT015:a.Result|} + i).First());")]
    public Task Where_nothing_can_be_awaited_it_is_left_to_its_author(string body)
    {
        string left = $$"""
            #pragma warning disable CS1998
            [Poll("1s")]
            public async Task<SpoutFile?> Fetch(Task<string> a) { {{body}} }
            """;
        return Fixed.VerifyAsync<BlockingCallAnalyzer, AwaitFix>(left, left);
    }

    [Fact]
    public Task A_time_to_sleep_may_be_named() => Fixed.VerifyAsync<BlockingCallAnalyzer, AwaitFix>(
        """
        [Poll("1s")]
        public async Task<SpoutFile?> Fetch(CancellationToken stop)
        {
            {|SPOUT015:Thread.Sleep(millisecondsTimeout: 100)|};
            await Later();
            return null;
        }

        private static Task Later() => Task.CompletedTask;
        """,
        """
        [Poll("1s")]
        public async Task<SpoutFile?> Fetch(CancellationToken stop)
        {
            await Task.Delay(100, stop);
            await Later();
            return null;
        }

        private static Task Later() => Task.CompletedTask;
        """);

    [Theory]
    [InlineData("""SpoutFile.Text($"{|SPOUT014:/{{|}{a.Host}{|SPOUT014:}}|}", "")""", """SpoutFile.Text($"/%7B{a.Host}%7D", "")""")]
    [InlineData("""SpoutFile.Text($"{|SPOUT014:/é|}{a.Host}", "")""", """SpoutFile.Text($"/%C3%A9{a.Host}", "")""")]
    public Task A_brace_is_one_character(string file, string encoded)
    {
        const string Source = "[Poll(\"1s\")]\npublic SpoutFile[] Fetch(Uri a) => [FILE];";
        return Fixed.VerifyAsync<PathAnalyzer, EncodePathFix>(
            Source.Replace("FILE", file, StringComparison.Ordinal), Source.Replace("FILE", encoded, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("foreach (SpoutFile a in new[] { SpoutFile.Text(\"/a\", \"\") }) { {|SPOUT022:a.Appended()|}; yield return a; }")]
    [InlineData("{|SPOUT022:_file.Appended()|}; yield return _file;")]
    public Task A_file_that_cannot_be_assigned_is_left_to_its_author(string body)
    {
        string left = $$"""
            private readonly SpoutFile _file = SpoutFile.Text("/a", "");

            [Poll("1s")]
            public IEnumerable<SpoutFile> Fetch() { {{body}} yield return _file; }
            """;
        return Fixed.VerifyAsync<LostFileAnalyzer, KeepFileFix>(left, left);
    }

    [Fact]
    public Task What_a_catch_answers_is_left_to_its_author()
    {
        const string Left =
            """
            [Poll("1s")]
            public SpoutFile Fetch()
            {
                try { return SpoutFile.Text("/a", File.ReadAllText("a")); }
                {|SPOUT019:catch|} (Exception failed) { return SpoutFile.Text("/error", failed.Message); }
            }
            """;
        return Fixed.VerifyAsync<CatchesEverythingAnalyzer, RethrowFix>(Left, Left);
    }

    [Fact]
    public Task A_token_comes_before_what_may_be_left_out() => Fixed.VerifyAsync<CancellationAnalyzer, PassTokenFix>(
        """
        [Poll("1s")]
        public async Task<SpoutFile?> Fetch(HttpClient http, TimeProvider? time = null)
        {
            await {|SPOUT016:Task.Delay(1)|};
            return time is null ? null : SpoutFile.Text("/a", "");
        }
        """,
        """
        [Poll("1s")]
        public async Task<SpoutFile?> Fetch(HttpClient http, CancellationToken cancellationToken, TimeProvider? time = null)
        {
            await Task.Delay(1, cancellationToken);
            return time is null ? null : SpoutFile.Text("/a", "");
        }
        """);

    [Fact]
    public Task Paths_are_encoded() => Fixed.VerifyAsync<PathAnalyzer, EncodePathFix>(
        """
        [Poll("1s")]
        public SpoutFile[] Fetch(Uri a) =>
            [SpoutFile.Text({|SPOUT014:"/a*b"|}, "*"), SpoutFile.Text($"{|SPOUT014:/ä/|}{a.Host}{|SPOUT014: (2)|}", ""), SpoutFile.Delete("/x" + a.Host + {|SPOUT014:@"\"|})];
        """,
        """
        [Poll("1s")]
        public SpoutFile[] Fetch(Uri a) =>
            [SpoutFile.Text("/a%2Ab", "*"), SpoutFile.Text($"/%C3%A4/{a.Host} %282%29", ""), SpoutFile.Delete("/x" + a.Host + "%5C")];
        """);

    [Fact]
    public Task Streams_are_left_to_their_files() => Fixed.VerifyAsync<DisposedStreamAnalyzer, RemoveUsingFix>(
        """
        [Poll("1s")]
        public SpoutFile[] Fetch()
        {
            // The first.
            using Stream a = File.OpenRead("a");
            using FileStream b = File.OpenRead("b"), c = File.OpenRead("c");
            using FileStream d = File.OpenRead("d");
            return [SpoutFile.Streamed("/a", _ => new({|SPOUT018:a|})), SpoutFile.Streamed("/d", _ => new({|SPOUT018:d|})), SpoutFile.Text("/b", b.Name + c.Name)];
        }
        """,
        """
        [Poll("1s")]
        public SpoutFile[] Fetch()
        {
            // The first.
            Stream a = File.OpenRead("a");
            using FileStream b = File.OpenRead("b"), c = File.OpenRead("c");
            FileStream d = File.OpenRead("d");
            return [SpoutFile.Streamed("/a", _ => new(a)), SpoutFile.Streamed("/d", _ => new(d)), SpoutFile.Text("/b", b.Name + c.Name)];
        }
        """);

    [Fact]
    public Task What_was_caught_is_thrown_again() => Fixed.VerifyAsync<CatchesEverythingAnalyzer, RethrowFix>(
        """
        [Poll("1s")]
        public SpoutFile[] Fetch()
        {
            try
            {
                return [SpoutFile.Text("/a", "")];
            }
            {|SPOUT019:catch|} (Exception failed)
            {
                Console.WriteLine(failed);
                return [];
            }
        }

        [Poll("1s", Name = "other")]
        public SpoutFile[] Other()
        {
            try
            {
                return [];
            }
            {|SPOUT019:catch|}
            {
            }

            return [];
        }
        """,
        """
        [Poll("1s")]
        public SpoutFile[] Fetch()
        {
            try
            {
                return [SpoutFile.Text("/a", "")];
            }
            catch (Exception failed)
            {
                Console.WriteLine(failed);
                throw;
            }
        }

        [Poll("1s", Name = "other")]
        public SpoutFile[] Other()
        {
            try
            {
                return [];
            }
            catch
            {
                throw;
            }

            return [];
        }
        """);

    [Fact]
    public Task Changed_copies_are_kept() => Fixed.VerifyAsync<LostFileAnalyzer, KeepFileFix>(
        """
        [Poll("1s")]
        public IEnumerable<SpoutFile> Fetch()
        {
            SpoutFile a = SpoutFile.Text("/a", "");
            {|SPOUT022:a.Appended()|};
            {|SPOUT022:a.Appended().OnCommitted((_, _) => default)|};
            {|SPOUT022:a.WithItem("1")|};
            yield return a;
        }
        """,
        """
        [Poll("1s")]
        public IEnumerable<SpoutFile> Fetch()
        {
            SpoutFile a = SpoutFile.Text("/a", "");
            a = a.Appended();
            a = a.Appended().OnCommitted((_, _) => default);
            a = a.WithItem("1");
            yield return a;
        }
        """);

    [Fact]
    public Task Files_carry_the_cursors_that_move_behind_them() => Fixed.VerifyAsync<CursorAfterYieldAnalyzer, CarryCursorFix>(
        """
        [Poll("1s"), Batch(Files = 9)]
        public IEnumerable<SpoutFile> Fetch(Cursor<int> at, Cursor<string> name, Cursor<int> count)
        {
            foreach (int i in new[] { 1, 2 })
            {
                // A file.
                yield return i > 1 ? SpoutFile.Text($"/{i}", "").Appended() : SpoutFile.Text("/a", "");
                {|SPOUT017:at.Value = i;|} // So far.
                {|SPOUT017:name.Value = $"{i}";|}
                {|SPOUT017:count.Value++;|}
            }
        }
        """,
        """
        [Poll("1s"), Batch(Files = 9)]
        public IEnumerable<SpoutFile> Fetch(Cursor<int> at, Cursor<string> name, Cursor<int> count)
        {
            foreach (int i in new[] { 1, 2 })
            {
                // A file.
                yield return (i > 1 ? SpoutFile.Text($"/{i}", "").Appended() : SpoutFile.Text("/a", "")).WithCursor(at, i).WithCursor(name, $"{i}").WithCursor(count, count.Value + 1);
            }
        }
        """);

    [Theory]
    [InlineData("yield return SpoutFile.Text(\"/a\", \"\").Appended(); {|SPOUT017:at.Value = Next();|}")]
    [InlineData("yield return SpoutFile.Text(\"/a\", \"\").Appended(); {|SPOUT017:at.Value = ++next;|}")]
    [InlineData("at.Value = 1; yield return SpoutFile.Text(\"/a\", \"\").Appended(); {|SPOUT017:at.Value += 1;|}")]
    [InlineData("foreach (int i in new[] { 1, 2 }) { yield return SpoutFile.Text(\"/a\", \"\").Appended(); } {|SPOUT017:at.Value = 3;|}")]
    public Task What_would_mean_something_else_is_left_to_its_author(string body)
    {
        string left = $$"""
            private static int Next() => 1;

            [Poll("1s"), Batch(Files = 9)]
            public IEnumerable<SpoutFile> Fetch(Cursor<int> at)
            {
                int next = 0;
                {{body}}
                next--;
            }
            """;
        return Fixed.VerifyAsync<CursorAfterYieldAnalyzer, CarryCursorFix>(left, left);
    }

    [Fact]
    public Task Paths_begin_at_the_root_of_the_repo() => Fixed.VerifyAsync<MountAnalyzer, RepoPathFix>(
        """
        [Poll("1s")]
        public SpoutFile[] Fetch(Uri a)
        {
            File.WriteAllText({|SPOUT023:"/pfs/out/x"|}, "");
            return [SpoutFile.Text({|SPOUT023:"/pfs/out/a"|}, "b"), SpoutFile.Text($"{|SPOUT023:/pfs/out/|}{a.Host}", "")];
        }
        """,
        """
        [Poll("1s")]
        public SpoutFile[] Fetch(Uri a)
        {
            File.WriteAllText({|SPOUT023:"/pfs/out/x"|}, "");
            return [SpoutFile.Text("/a", "b"), SpoutFile.Text($"/{a.Host}", "")];
        }
        """);

    [Fact]
    public Task Tokens_are_taken_and_passed_on() => Fixed.VerifyAsync<CancellationAnalyzer, PassTokenFix>(
        """
        [Poll("30s")]
        public async Task<SpoutFile> Fetch(HttpClient http, SpoutContext context)
        {
            await {|SPOUT016:Task.Delay(await {|SPOUT016:Length("a")|})|};
            await {|SPOUT016:context.Files.FindAsync("/a")|};
            return SpoutFile.Text("/a", await {|SPOUT016:http.GetStringAsync("http://a")|});
        }

        [Schedule("0 6 * * *")]
        public async IAsyncEnumerable<SpoutFile> Daily()
        {
            await {|SPOUT016:Length(far: true)|};
            yield return SpoutFile.Text("/b", "");
        }

        [Poll("30s")]
        public async Task<SpoutFile?> Left(string cancellationToken)
        {
            await {|SPOUT016:Task.Delay(cancellationToken.Length)|};
            return null;
        }

        private static Task<int> Length(string name = "", bool far = false, CancellationToken stop = default) => Task.FromResult(name.Length);
        """,
        """
        [Poll("30s")]
        public async Task<SpoutFile> Fetch(HttpClient http, SpoutContext context, CancellationToken cancellationToken)
        {
            await Task.Delay(await Length("a", stop: cancellationToken), cancellationToken);
            await context.Files.FindAsync("/a", cancellationToken);
            return SpoutFile.Text("/a", await http.GetStringAsync("http://a", cancellationToken));
        }

        [Schedule("0 6 * * *")]
        public async IAsyncEnumerable<SpoutFile> Daily([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Length(far: true, stop: cancellationToken);
            yield return SpoutFile.Text("/b", "");
        }

        [Poll("30s")]
        public async Task<SpoutFile?> Left(string cancellationToken)
        {
            await {|SPOUT016:Task.Delay(cancellationToken.Length)|};
            return null;
        }

        private static Task<int> Length(string name = "", bool far = false, CancellationToken stop = default) => Task.FromResult(name.Length);
        """);
}
