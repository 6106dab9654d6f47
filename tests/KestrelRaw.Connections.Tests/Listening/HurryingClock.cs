using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Listening;

/// <summary>A fake clock that can jump to the time of each timer as soon as somebody sets one: nobody waits for it.</summary>
internal sealed class HurryingClock : FakeTimeProvider
{
    public bool IsHurrying { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        if (IsHurrying && dueTime > TimeSpan.Zero)
        {
            Advance(dueTime);
        }

        return timer;
    }
}
