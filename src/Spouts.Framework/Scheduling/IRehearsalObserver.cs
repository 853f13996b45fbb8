using Spouts.Files;
using Spouts.Ledgers;

namespace Spouts.Scheduling;

/// <summary>Is told what a run would commit.</summary>
internal interface IRehearsalObserver
{
    void OnFile(string spout, string source, string path, FileChange change, long bytes);

    void OnEnd(string spout, string source, SourceEntry entry);
}
