using System.Globalization;

namespace Spouts.Pachyderm;

/// <summary>How far the server's clock is ahead of this machine's; negative where it is behind.</summary>
internal readonly record struct ClockSkew(TimeSpan Ahead)
{
    /// <summary>What to do about it.</summary>
    public const string Cure = "set the clock of this machine, or the server's, by NTP: schedules and due times go by the clock of the machine that the spout runs on";

    private static readonly TimeSpan Most = TimeSpan.FromMinutes(1);

    /// <summary>Whether it is so large that schedules here and commits there mean different times.</summary>
    public bool IsWrong => Ahead.Duration() >= Most;

    /// <summary>
    /// The least skew that explains what a call has shown. A process may have been stopped for long in its middle, so all between
    /// its beginning and its end agrees.
    /// </summary>
    /// <param name="before">When the call began, by this machine's clock.</param>
    /// <param name="after">When it was answered, by the same.</param>
    /// <param name="server">When the server did what it was asked for, by the server's.</param>
    public static ClockSkew Seen(DateTimeOffset before, DateTimeOffset after, DateTimeOffset server) =>
        new(server > after ? server - after : server < before ? server - before : TimeSpan.Zero);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"this clock is {Ahead.Duration().TotalSeconds:0.0} s {(Ahead > TimeSpan.Zero ? "behind" : "ahead of")} the server's");
}
