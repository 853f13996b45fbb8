using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Spouts.Chaos.Doors;

/// <summary>What is to happen to one call, once it comes.</summary>
internal sealed class CallFault(Boundary boundary, CallBreak how)
{
    private readonly TaskCompletionSource _struck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isNext = boundary.After is null;

    /// <summary>Ends when the connection was broken, or the call is being held.</summary>
    public Task Struck => _struck.Task;

    /// <summary>Lets a held call go on.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Whether it is this call that the fault waits for; the door asks for one call after the other.</summary>
    public bool Meets(string method)
    {
        if (_isNext)
            return method == boundary.Method;
        _isNext = method == boundary.After;
        return false;
    }

    /// <summary>Before the call reaches the server.</summary>
    /// <returns>Whether it may.</returns>
    public Task<bool> OnRequestAsync(HttpContext call) => how switch
    {
        CallBreak.Reset => Break(call),
        CallBreak.HeldRequest => HoldAsync(call),
        _ => Task.FromResult(true),
    };

    /// <summary>After the server has done it.</summary>
    /// <returns>Whether its reply may reach the spout.</returns>
    public async Task<bool> OnReplyAsync(HttpContext call, HttpResponseMessage reply)
    {
        if (how is not (CallBreak.LostReply or CallBreak.HeldReply))
            return true;
        await reply.Content.LoadIntoBufferAsync(call.RequestAborted);
        return await (how is CallBreak.LostReply ? Break(call) : HoldAsync(call));
    }

    private Task<bool> Break(HttpContext call)
    {
        call.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
        _struck.TrySetResult();
        return Task.FromResult(false);
    }

    private async Task<bool> HoldAsync(HttpContext call)
    {
        _struck.TrySetResult();
        await _released.Task.WaitAsync(call.RequestAborted);
        return true;
    }
}
