using Microsoft.Extensions.Time.Testing;

namespace Spouts.Tests.Adversary;

/// <summary>Lets a fake time pass until something has happened.</summary>
internal static class Passing
{
    /// <param name="happened">What ends it.</param>
    /// <param name="time">The time that passes.</param>
    /// <param name="step">How much of it at once.</param>
    /// <param name="hasBegun">Until then none passes: a start takes as long as the machine takes for it.</param>
    public static async Task UntilAsync(Task happened, FakeTimeProvider time, TimeSpan step, Func<bool>? hasBegun = null)
    {
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(20));
        while (!happened.IsCompleted && await look.WaitForNextTickAsync())
        {
            if (hasBegun?.Invoke() is not false)
                time.Advance(step);
        }

        await happened;
    }
}
