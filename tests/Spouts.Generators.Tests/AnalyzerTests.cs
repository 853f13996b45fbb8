using CsCheck;
using Microsoft.CodeAnalysis;
using Spouts.Generators.Grammar;

namespace Spouts.Generators.Tests;

/// <summary>Each mistake in a body: that it is reported at its place, and that its legal neighbours are not.</summary>
public sealed class AnalyzerTests
{
    public static TheoryData<string> Mistakes =>
    [
        // SPOUT014, illegal paths
        """[Poll("1s")] public SpoutFile[] Fetch() => [SpoutFile.Text({|SPOUT014:"/a*"|}, "")];""",
        """[Poll("1s")] public SpoutFile[] Fetch() => [SpoutFile.Text({|SPOUT014:"/"|}, "")];""",
        """[Poll("1s")] public SpoutFile[] Fetch() => [SpoutFile.Text({|SPOUT014:"/a/../b"|}, "")];""",
        """[Poll("1s")] public SpoutFile[] Fetch() => [SpoutFile.Text({|SPOUT014:"/ä"|}, "")];""",
        """[Poll("1s")] public SpoutFile[] Fetch() => [SpoutFile.Delete({|SPOUT014:@"a\b"|})];""",
        """[Poll("1s")] public SpoutFile[] Fetch(Uri a) => [SpoutFile.Bytes($"/{a.Host}{|SPOUT014: (copy)|}", new byte[1])];""",
        """[Poll("1s")] public SpoutFile[] Fetch(Uri a) => [SpoutFile.FromLocal("/x" + a.Host + {|SPOUT014:"/./y"|}, "x")];""",
        """public static SpoutFile Elsewhere() => SpoutFile.Text(content: "*", path: {|SPOUT014:"/a+b"|}); [Poll("1s")] public SpoutFile[] Fetch() => [];""",

        // SPOUT015, blocking calls
        """[Poll("1s")] public SpoutFile[] Fetch() { {|SPOUT015:Thread.Sleep(1)|}; return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Task<int> a) { _ = {|SPOUT015:a.Result|}; return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(ValueTask<int> a = default) { _ = {|SPOUT015:a.Result|}; return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Task a) { {|SPOUT015:a.Wait()|}; {|SPOUT015:Task.WaitAll(a)|}; return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Task<int> a) { _ = {|SPOUT015:a.GetAwaiter().GetResult()|}; {|SPOUT015:a.ConfigureAwait(false).GetAwaiter().GetResult()|}; return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Task<int> a) { return [Made()]; SpoutFile Made() => SpoutFile.Text($"/{{|SPOUT015:a.Result|}}", ""); }""",

        // SPOUT016, no token
        """[Poll("1s")] public async Task<SpoutFile> Fetch(HttpClient http) => SpoutFile.Text("/a", await {|SPOUT016:http.GetStringAsync("http://a")|});""",
        """[Poll("1s")] public async Task<SpoutFile?> Fetch() { await {|SPOUT016:Task.Delay(1)|}; return null; }""",
        """[Poll("1s")] public async Task<SpoutFile?> Fetch(SpoutContext a) { await {|SPOUT016:a.Files.FindAsync("/a")|}; return null; }""",

        // SPOUT017, late cursors
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { yield return SpoutFile.Text("/a", "").Appended(); {|SPOUT017:at.Value = 1;|} }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { for (int i = 0; i < 9; i++) { if (i > 1) yield return SpoutFile.Text("/a", "").Appended(); {|SPOUT017:at.Value += 1;|} } }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { if (!at.IsSet) at.Value = 1; while (at.Value < 9) { foreach (int i in new[] { 1, 2 }) yield return SpoutFile.Text("/a", "").Appended(); {|SPOUT017:at.Value++;|} } }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { foreach (int i in new[] { 1, 2 }) { yield return SpoutFile.Text("/a", "").Appended(); if (i > 1) { {|SPOUT017:at.Value = i;|} } } }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { foreach (int i in new[] { 1, 2 }) { yield return SpoutFile.Text("/a", "").Appended(); if (i > 1) {|SPOUT017:at.Value = i;|} } }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at, Cursor<int> to) { foreach (int i in new[] { 1, 2 }) { yield return SpoutFile.Text("/a", "").Appended(); {|SPOUT017:(at.Value, _) = (i, i);|} } }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<List<int>> seen) { foreach (int i in new[] { 1, 2 }) { yield return SpoutFile.Text("/a", "").Appended(); {|SPOUT017:seen.Value.Add(i);|} } }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { for (int i = 0; i < 9; {|SPOUT017:at.Value = ++i|}) yield return SpoutFile.Text("/a", "").Appended(); }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { foreach (int i in new[] { 1, 2 }) { try { yield return SpoutFile.Text("/a", "").Appended(); } finally { {|SPOUT017:at.Value = i;|} } } }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int?> at) { foreach (int i in new[] { 1, 2 }) { switch (i) { case 1: yield return SpoutFile.Text("/a", "").Appended(); {|SPOUT017:at.Value ??= i;|} break; } } }""",

        // SPOUT018, disposed streams
        """[Poll("1s")] public SpoutFile[] Fetch() { using Stream a = File.OpenRead("a"); return [SpoutFile.Streamed("/a", _ => new({|SPOUT018:a|}))]; }""",
        """[Poll("1s")] public IEnumerable<SpoutFile> Fetch() { using (FileStream a = File.OpenRead("a")) yield return SpoutFile.Streamed("/a", async _ => { await Task.Yield(); return {|SPOUT018:a|}; }); }""",
        """[Poll("1s")] public SpoutFile[] Fetch() { using FileStream a = File.OpenRead("a"); return [SpoutFile.Streamed("/a", _ => ValueTask.FromResult<Stream>({|SPOUT018:a|}))]; }""",

        // SPOUT019, everything caught
        """[Poll("1s")] public SpoutFile[] Fetch() { try { return [SpoutFile.Text("/a", "")]; } {|SPOUT019:catch|} { return []; } }""",
        """[Poll("1s")] public SpoutFile[] Fetch() { try { return [SpoutFile.Text("/a", "")]; } {|SPOUT019:catch|} (Exception a) { Console.WriteLine(a); } return []; }""",

        // SPOUT054, early acknowledgements
        """public interface IQueue { Task AckAsync(int a); } [Poll("1s")] public async IAsyncEnumerable<SpoutFile> Fetch(IQueue q) { try { yield return SpoutFile.Text("/a", ""); } finally { await q.{|SPOUT054:AckAsync|}(1).ConfigureAwait(false); } }""",
        """public interface IQueue { void BasicAck(int a, bool b); } [Poll("1s")] public IEnumerable<SpoutFile> Fetch(IQueue q) { try { if (DateTime.Now.Year > 1) yield return SpoutFile.Text("/a", ""); } finally { q?.{|SPOUT054:BasicAck|}(1, false); } }""",
        """public interface IMessage { void Complete(); void DeleteMessage(); void RemoveFromQueue(); void Commit(); } [Poll("1s")] public IEnumerable<SpoutFile> Fetch(IMessage[] all) { foreach (IMessage a in all) { try { yield return SpoutFile.Text("/a", ""); } finally { if (all.Length > 1) { a.{|SPOUT054:Complete|}(); a.{|SPOUT054:DeleteMessage|}(); } a.{|SPOUT054:RemoveFromQueue|}(); a.{|SPOUT054:Commit|}(); } } }""",

        // SPOUT020, ends
        """[Poll("1s")] public SpoutFile[] Fetch() { {|SPOUT020:Environment.Exit(0)|}; return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch() { {|SPOUT020:Environment.FailFast("a")|}; return []; }""",

        // SPOUT021, questions
        """[Poll("1s")] public SpoutFile[] Fetch() => [SpoutFile.Text("/a", {|SPOUT021:Console.ReadLine()|} ?? "")];""",
        """[Poll("1s")] public SpoutFile[] Fetch() { {|SPOUT021:Console.ReadKey()|}; return []; }""",

        // SPOUT022, forgotten files
        """[Poll("1s")] public IEnumerable<SpoutFile> Fetch() { {|SPOUT022:SpoutFile.Text("/a", "")|}; yield break; }""",
        """[Poll("1s")] public IEnumerable<SpoutFile> Fetch() { SpoutFile a = SpoutFile.Text("/a", ""); {|SPOUT022:a.OnCommitted((_, _) => default)|}; yield return a; }""",
        """static void Elsewhere(SpoutFile a) { {|SPOUT022:a.Appended()|}; } [Poll("1s")] public SpoutFile[] Fetch() => [];""",

        // SPOUT023, the mount
        """[Poll("1s")] public SpoutFile[] Fetch() { File.WriteAllText({|SPOUT023:"/pfs/out/a"|}, ""); return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Uri a) => [SpoutFile.Text($"{|SPOUT023:/pfs/out/|}{a.Host}", "")];""",
        """[Poll("1s")] public SpoutFile[] Fetch() { _ = Path.Combine({|SPOUT023:"/pfs"|}, "out"); return []; }""",

        // SPOUT024, clocks
        """[Poll("1s")] public SpoutFile[] Fetch(Cursor<DateTime> at) { {|SPOUT024:at.Value = DateTime.UtcNow|}; return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Cursor<DateTimeOffset> at) { {|SPOUT024:at.Value = DateTime.Now|}; return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Cursor<long> at) { {|SPOUT024:at.Value = DateTime.UtcNow.Ticks|}; return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Cursor<long> at) { {|SPOUT024:at.Value = DateTimeOffset.UtcNow.ToUnixTimeSeconds()|}; return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Cursor<DateTime> at) { {|SPOUT024:at.Value = DateTime.Today|}; return []; }""",
        """[Poll("1s")] public async IAsyncEnumerable<SpoutFile> Fetch(Cursor<DateTime> at, Task a) { await a; {|SPOUT024:at.Value = DateTime.UtcNow|}; yield return SpoutFile.Text("/a", ""); }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Cursor<DateTimeOffset?> at, TimeProvider time) { {|SPOUT024:at.Value = time.GetUtcNow()|}; return []; }""",

        // SPOUT025, secrets
        """[Poll("1s")] public SpoutFile[] Fetch(Cursor<string> {|SPOUT025:userPassword|}, Cursor<string> {|SPOUT025:apiKey|}) => [];""",
        // Every kind of source
        """[Schedule("0 6 * * *")] public SpoutFile[] Daily() { {|SPOUT015:Thread.Sleep(1)|}; return []; } [Poll("1s")] public SpoutFile[] Fetch() => [];""",
        """[Stream] public async IAsyncEnumerable<SpoutFile> Listen(Cursor<int> at) { await {|SPOUT016:Task.Delay(1)|}; {|SPOUT015:Thread.Sleep(1)|}; yield return SpoutFile.Text("/a", "").Appended(); {|SPOUT017:at.Value = 1;|} } [Poll("1s")] public SpoutFile[] Fetch() => [];""",

        // SPOUT050, secrets
        """[Poll("1s")] public SpoutFile[] Fetch() { Environment.SetEnvironmentVariable("DB_PASSWORD", {|SPOUT050:"hunter2"|}); return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Microsoft.Extensions.Configuration.IConfiguration a) { a["Shop:ApiKey"] = {|SPOUT050:"12345"|}; return []; }""",
        """private const string Database = {|SPOUT050:"Host=db;Username=shop;Password=hunter2"|}; [Poll("1s")] public SpoutFile[] Fetch() => [SpoutFile.Text("/a", Database)];""",
        """private readonly Uri _queue = new({|SPOUT050:"amqp://shop:hunter2@queue:5672/"|}); [Poll("1s")] public SpoutFile[] Fetch() => [SpoutFile.Text("/a", _queue.Host)];""",
        """[Poll("1s")] public SpoutFile[] Fetch() { _ = new System.Net.NetworkCredential("shop", {|SPOUT050:"hunter2"|}) { Password = {|SPOUT050:"hunter3"|} }; return []; }""",
        """private static class Settings { private const string Secret = "hunter2"; public static System.Net.NetworkCredential Made => new("shop", {|SPOUT050:Secret|}); } [Poll("1s")] public SpoutFile[] Fetch() => [SpoutFile.Text("/a", Settings.Made.UserName)];""",

        // SPOUT051, async void
        """private static async void {|SPOUT051:Report|}() => await Task.Yield(); [Poll("1s")] public SpoutFile[] Fetch() { Report(); return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(List<int> a) { a.ForEach({|SPOUT051:async b => await Task.Yield()|}); return []; }""",

        // SPOUT052, streams
        """[Stream] public async IAsyncEnumerable<SpoutFile> {|SPOUT052:Listen|}(IAsyncEnumerable<string> a, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop) { await foreach (string b in a) yield return SpoutFile.Text("/a", b); } [Poll("1s")] public SpoutFile[] Fetch() => [];""",
        """[Stream] public async IAsyncEnumerable<SpoutFile> {|SPOUT052:Listen|}(IAsyncEnumerable<string> a) { await foreach (string b in a) yield return SpoutFile.Text("/a", b); } [Poll("1s")] public SpoutFile[] Fetch() => [];""",
        """
        #pragma warning disable CS1998
        [Stream] public async IAsyncEnumerable<SpoutFile> {|SPOUT052:Listen|}([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop) { while (!stop.IsCancellationRequested) yield return SpoutFile.Text("/a", ""); } [Poll("1s")] public SpoutFile[] Fetch() => [];
        """,

        // SPOUT055, positions that no file carries
        """[Stream, Batch(Period = "5s")] public async IAsyncEnumerable<SpoutFile> Listen(IAsyncEnumerable<int> a, Cursor<int> {|SPOUT055:at|}, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop) { await foreach (int b in a.WithCancellation(stop)) { at.Value = b; yield return SpoutFile.Text("/a", ""); } } [Poll("1s")] public SpoutFile[] Fetch() => [];""",
        """[Stream, Batch(Period = "5s")] public async IAsyncEnumerable<SpoutFile> Listen(IAsyncEnumerable<int> a, Cursor<int> at, Cursor<int> {|SPOUT055:count|}, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop) { await foreach (int b in a.WithCancellation(stop)) { count.Value++; yield return SpoutFile.Text("/a", "").WithCursor(at, b); } } [Poll("1s")] public SpoutFile[] Fetch() => [];""",
        """[Stream, Batch(Files = 9, Period = "5s")] public async IAsyncEnumerable<SpoutFile> Listen(IAsyncEnumerable<int> a, Cursor<List<int>> {|SPOUT055:seen|}, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop) { await foreach (int b in a.WithCancellation(stop)) { seen.Value.Add(b); yield return SpoutFile.Text("/a", ""); } } [Poll("1s")] public SpoutFile[] Fetch() => [];""",
    ];

    public static TheoryData<string> Legal =>
    [
        // What is done already
        """[Poll("1s")] public async Task<SpoutFile?> Fetch(Task<string> a, Task<string> b) { await Task.WhenAll(a, b); return SpoutFile.Text("/a", a.Result + b.Result); }""",
        """[Poll("1s")] public async Task<SpoutFile?> Fetch(Task<string> a) => SpoutFile.Text("/a", a.IsCompletedSuccessfully ? a.Result : await a);""",
        """[Poll("1s")] public SpoutFile[] Fetch(Task<string> a) => [SpoutFile.Text("/a", nameof(a.Result))];""",

        // What is caught and not hidden
        """[Poll("1s")] public IEnumerable<SpoutFile> Fetch() { Exception? kept = null; string text = ""; try { text = File.ReadAllText("a"); } catch (Exception e) { kept = e; } if (kept is not null) throw new IOException("a", kept); yield return SpoutFile.Text("/a", text); }""",
        """[Poll("1s")] public SpoutFile[] Fetch() { try { return [SpoutFile.Text("/a", File.ReadAllText("a"))]; } catch (Exception e) { System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e).Throw(); return []; } }""",
        """[Poll("1s")] public SpoutFile[] Fetch() { try { return [SpoutFile.Text("/a", int.Parse(File.ReadAllText("a")).ToString())]; } catch (Exception e) { return [SpoutFile.FromLocal("/a", "a").AsDeadLetter(e.Message)]; } }""",
        """[Poll("1s")] public SpoutFile[] Fetch() { SpoutFile[] a = [SpoutFile.Text("/a", "")]; try { File.Delete("temp"); } catch { } return a; }""",

        // The clock before it fetches
        """[Poll("1s")] public async IAsyncEnumerable<SpoutFile> Fetch(Cursor<DateTime> at, HttpClient http, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop) { DateTime from = at.Value; at.Value = DateTime.UtcNow; yield return SpoutFile.Text("/a", await http.GetStringAsync($"http://a?{from:O}", stop)); }""",

        """public interface IQueue { void Ack(int a); void Nack(int a); void Close(); void Release(); void Rollback(); void Dispose(); } [Poll("1s")] public IEnumerable<SpoutFile> Fetch(IQueue q) { try { yield return SpoutFile.Text("/a", ""); } finally { q.Nack(1); q.Close(); q.Release(); q.Rollback(); q.Dispose(); } }""",
        """public interface IQueue { Task AckAsync(int a); } [Poll("1s")] public IEnumerable<SpoutFile> Fetch(IQueue q) { yield return SpoutFile.Text("/a", "").OnCommitted(async (_, _) => { try { await Task.Yield(); } finally { await q.AckAsync(1); } }); }""",
        """public interface IQueue { void Ack(int a); } [Poll("1s")] public SpoutFile[] Fetch(IQueue q) { try { return [SpoutFile.Text("/a", "")]; } finally { q.Ack(1); } }""",
        """[Poll("1s")] public IEnumerable<SpoutFile> Fetch(List<int> a, System.Threading.Channels.ChannelWriter<int> b) { try { yield return SpoutFile.Text("/a", ""); } finally { a.Remove(1); b.Complete(); File.Delete("temp"); new FileInfo("temp").Delete(); } }""",
        // Paths
        """[Poll("1s")] public SpoutFile[] Fetch(string a = "") => [SpoutFile.Text("/a b/.x/~%2A.txt", "*"), SpoutFile.Text(a, ""), SpoutFile.Text($"/{a}..{a}/../{a}".Trim('/'), "")];""",
        """[Poll("1s")] public SpoutFile[] Fetch(string a = "") => [SpoutFile.Text($"..{a}", ""), SpoutFile.Text($"/{a}/..", ""), SpoutFile.Text("" + a + ".", "")];""",
        """static void Of(string path) { } [Poll("1s")] public SpoutFile[] Fetch() { Of("/*"); return []; }""",

        // Waiting
        """[Poll("1s")] public async Task<SpoutFile?> Fetch(Task<int> a, CancellationToken stop) { await a; await Task.Delay(1, stop); return null; }""",
        """sealed class Poll { public int Result => 1; public void Wait() { } } [Poll("1s")] public SpoutFile[] Fetch() { Poll a = new(); a.Wait(); _ = a.Result; return []; }""",
        """static int Elsewhere(Task<int> a) => a.Result; [Poll("1s")] public SpoutFile[] Fetch() => [];""",

        // Tokens
        """[Poll("1s")] public async Task<SpoutFile?> Fetch(Task a) { await a; await Task.Yield(); await Task.WhenAll(a, a); return null; }""",
        """[Poll("1s")] public async Task<SpoutFile?> Fetch(HttpClient http) { await http.GetStringAsync("http://a", CancellationToken.None); return null; }""",
        """[Poll("1s")] public Task<SpoutFile?> Fetch(CancellationToken stop) => Task.FromResult<SpoutFile?>(null); static async Task Elsewhere() => await Task.Delay(1);""",

        // Cursors
        """[Poll("1s")] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { for (int i = 0; i < 9; i++) { at.Value = i; yield return SpoutFile.Text("/a", ""); } }""",
        """[Poll("1s")] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { yield return SpoutFile.Text("/a", ""); at.Value = 2; yield return SpoutFile.Text("/b", ""); }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<string?> page) { while (page.Value is not null) { foreach (int i in new[] { 1, 2 }) yield return SpoutFile.Text("/a", ""); page.Value = null; } }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { foreach (int i in new[] { 1, 2 }) { yield return SpoutFile.Text("/a", "").Appended().WithItem("a"); at.Value = i; } }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { foreach (int i in new[] { 1, 2 }) { yield return SpoutFile.Text("/a", "").WithItem("a").Appended(); at.Value = i; } }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { for (int i = 0; i < 9; i++) { at.Value = i; yield return SpoutFile.Text("/a", "").Appended(); } }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { at.Value = 1; yield return SpoutFile.Text("/a", "").Appended(); at.Value = 2; yield return SpoutFile.Text("/a", "").Appended(); }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<string> etag, Cursor<int> at) { foreach (int i in new[] { 1, 2 }) yield return SpoutFile.Text("/a", "").Appended().WithCursor(at, i); if (at.Value > 9) yield break; }""",
        """[Poll("1s"), Batch(Files = 9)] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { yield return SpoutFile.Text("/a", "").Appended().OnCommitted((_, _) => { at.Value.ToString(); return default; }); }""",
        """[Poll("1s")] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { foreach (int i in new[] { 1, 2 }) { yield return SpoutFile.Text("/a", "").Appended(); at.Value = i; } }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Cursor<int> at) { SpoutFile[] a = [SpoutFile.Text("/a", "")]; at.Value = 2; return a; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Cursor<DateTime> at) { DateTime now = DateTime.UtcNow; at.Value = now; at.Value = now.AddDays(-1); return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(Cursor<string> nextPageToken, string password = "") => [];""",

        // Streams
        """[Poll("1s")] public SpoutFile[] Fetch() { Stream a = File.OpenRead("a"); return [SpoutFile.Streamed("/a", _ => new(a))]; }""",
        """[Poll("1s")] public SpoutFile[] Fetch() { using FileStream a = File.OpenRead("a"); string b = a.Name; return [SpoutFile.Streamed("/a", _ => new(File.OpenRead(b))), SpoutFile.Text("/b", a.Name)]; }""",

        // Errors
        """[Poll("1s")] public SpoutFile[] Fetch() { try { return [SpoutFile.Text("/a", "")]; } catch (IOException) { return []; } }""",
        """[Poll("1s")] public SpoutFile[] Fetch() { try { return []; } catch (Exception a) when (a is IOException) { return []; } catch (Exception a) { throw new InvalidOperationException("a", a); } }""",
        """[Poll("1s")] public SpoutFile[] Fetch() { try { return []; } catch { Console.WriteLine("a"); throw; } }""",
        """static void Elsewhere() { try { Environment.Exit(1); } catch { Console.ReadLine(); } } [Poll("1s")] public SpoutFile[] Fetch() { Environment.ExitCode = 3; Console.WriteLine(); return []; }""",

        // Files
        """[Poll("1s")] public SpoutFile[] Fetch() { SpoutFile a = SpoutFile.Text("/a", "").Appended(); a = a.OnCommitted((_, _) => default); _ = a.Path; a.ToString(); return [a]; }""",
        """[Poll("1s")] public SpoutFile[] Fetch() => [SpoutFile.Text("/pfsense/a", "/a/pfs/out")];""",

        // Secrets that are none, or are not here
        """[Poll("1s")] public SpoutFile[] Fetch(Microsoft.Extensions.Configuration.IConfiguration a) { Environment.SetEnvironmentVariable("DB_PASSWORD", a["Shop:Password"]); Environment.SetEnvironmentVariable("DB_PASSWORD_FILE", "/secrets/db"); return []; }""",
        """[Poll("1s")] public SpoutFile[] Fetch(string a = "") => [SpoutFile.Text("/a", $"Host=db;Password={a}"), SpoutFile.Text("/b", "Host=db;Password={0}"), SpoutFile.Text("/c", "http://shop:8080/@a"), SpoutFile.Text("/d", "the password=none of the kind")];""",
        """static string Of(string secretName, string password = "") => secretName + password; [Poll("1s")] public SpoutFile[] Fetch() => [SpoutFile.Text("/a", Of("shop")), SpoutFile.Text("/b", Of("shop", password: ""))];""",
        """[Poll("1s")] public SpoutFile[] Fetch() { Environment.SetEnvironmentVariable("DB_PASSWORD", null); return []; } } class Elsewhere { public static System.Net.NetworkCredential Of() => new("shop", "hunter2"); static async void Start() => await Task.Yield();""",

        // Tasks
        """private static async Task Report() => await Task.Yield(); [Poll("1s")] public async Task<SpoutFile?> Fetch(List<int> a) { await Report(); a.ForEach(b => { }); Func<Task> c = async () => await Task.Yield(); await c(); return null; }""",

        // Streams
        """[Stream] public async IAsyncEnumerable<SpoutFile> Listen(IAsyncEnumerable<string> a, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop) { await foreach (string b in a.WithCancellation(stop)) yield return SpoutFile.Text("/a", b); } [Poll("1s")] public SpoutFile[] Fetch() => [];""",
        """[Stream] public IAsyncEnumerable<SpoutFile> Listen(System.Threading.Channels.Channel<SpoutFile> a, CancellationToken stop) => a.Reader.ReadAllAsync(stop); [Poll("1s")] public SpoutFile[] Fetch() => [];""",

        // Positions
        """[Stream, Batch(Period = "5s")] public async IAsyncEnumerable<SpoutFile> Listen(IAsyncEnumerable<int> a, Cursor<int> at, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop) { await foreach (int b in a.WithCancellation(stop)) { if (at.Value < b) yield return SpoutFile.Text("/a", "").WithCursor(at, b); } } [Poll("1s")] public SpoutFile[] Fetch() => [];""",
        """[Stream, Batch(Files = 9)] public async IAsyncEnumerable<SpoutFile> Listen(IAsyncEnumerable<int> a, Cursor<int> at, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop) { await foreach (int b in a.WithCancellation(stop)) { at.Value = b; yield return SpoutFile.Text("/a", ""); } } [Poll("1s")] public SpoutFile[] Fetch() => [];""",
        """[Stream] public async IAsyncEnumerable<SpoutFile> Listen(IAsyncEnumerable<int> a, Cursor<int> at, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop) { await foreach (int b in a.WithCancellation(stop)) { at.Value = b; yield return SpoutFile.Text("/a", ""); } } [Poll("1s")] public SpoutFile[] Fetch() => [];""",
        """private static SpoutFile Carried(int b, Cursor<int> at) => SpoutFile.Text("/a", "").WithCursor(at, b); [Stream, Batch(Period = "5s")] public async IAsyncEnumerable<SpoutFile> Listen(IAsyncEnumerable<int> a, Cursor<int> at, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop) { await foreach (int b in a.WithCancellation(stop)) { yield return Carried(b, at); } } [Poll("1s")] public SpoutFile[] Fetch() => [];""",
        """[Poll("1s"), Batch(Period = "5s")] public IEnumerable<SpoutFile> Fetch(Cursor<int> at) { for (int i = 0; i < 9; i++) { at.Value = i; yield return SpoutFile.Text("/a", ""); } }""",
    ];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_reported_where_it_is(string marked) => Marked.Verify(Within(marked));

    [Theory]
    [MemberData(nameof(Legal))]
    public void What_is_legal_is_not_reported(string source) => Marked.Verify(Within(source));

    [Fact]
    public void A_warning_leaves_its_spout_in_the_program() =>
        Assert.Contains(
            "Name = \"a\"",
            Compiled.Run(Within("""[Poll("1s")] public SpoutFile[] Fetch() { Thread.Sleep(1); return []; }""")).File("Spouts.Registration.g.cs"),
            StringComparison.Ordinal);

    [Fact]
    public void The_compiler_and_the_framework_agree_on_paths() => Gen.Char["/.ab*?[]{}!()@+^ ~\\\u00e4\t%"].Array[0, 8].Sample(characters =>
    {
        string path = new(characters);
        Assert.Equal(Record.Exception(() => SpoutPath.Normalize(path)) is not null, PathRules.Problem(path) is not null);
        Assert.True(PathRules.ProblemOfPart(path) is null || PathRules.Problem($"/x{path}x") is not null, path);
    });

    private static string Within(string source) =>
        $$"""
        using Spouts;
        namespace Demo;
        [Spout("a")] class A
        {
            {{source}}
        }
        """;
}
