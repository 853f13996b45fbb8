namespace Spouts.Hosting;

/// <summary>What makes a source run.</summary>
public abstract record SourceTrigger
{
    private protected SourceTrigger()
    {
    }
}
