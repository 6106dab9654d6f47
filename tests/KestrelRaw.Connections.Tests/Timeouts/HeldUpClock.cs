using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Timeouts;

/// <summary>The clock of a process that was stopped: timers find that more time has passed than they waited for.</summary>
internal sealed class HeldUpClock : FakeTimeProvider
{
    public TimeSpan Held { get; set; }

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Held.TotalSeconds * TimestampFrequency);
}
