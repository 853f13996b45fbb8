using Microsoft.Extensions.Time.Testing;

namespace Spouts.Tests.Adversary;

/// <summary>Lets a fake time pass until something has happened.</summary>
internal static class Passing
{
    public static async Task UntilAsync(Task happened, FakeTimeProvider time, TimeSpan step)
    {
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(20));
        while (!happened.IsCompleted && await look.WaitForNextTickAsync())
            time.Advance(step);
        await happened;
    }
}
