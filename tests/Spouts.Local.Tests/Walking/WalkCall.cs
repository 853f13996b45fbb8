namespace Spouts.Local.Tests.Walking;

/// <summary>One mutating call.</summary>
/// <param name="Method">Its name on the wire.</param>
/// <param name="Can">Whether it must succeed where these facts hold.</param>
/// <param name="Make">Says by <see cref="Walker.Will"/> what it is about to do, and does it.</param>
internal sealed record WalkCall(string Method, Func<Facts, bool> Can, Func<Walker, Task> Make);
