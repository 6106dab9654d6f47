using KestrelRaw.Connections.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Diagnostics;

public sealed class LogThrottleTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly LogThrottle _throttle;

    public LogThrottleTests() => _throttle = new LogThrottle(_clock);

    [Fact]
    public void Throttle_ManyWithinASecond_GivesTheFirstItsLevelAndTheNextOneTheCount()
    {
        Assert.Equal((LogLevel.Error, 0), Throttled());
        Assert.Equal((LogLevel.Debug, 0), Throttled());
        _clock.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.Equal((LogLevel.Debug, 0), Throttled());
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((LogLevel.Error, 2), Throttled());
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((LogLevel.Error, 0), Throttled());
    }

    [Fact]
    public void Throttle_ManyThreads_LosesNoCount()
    {
        const int Threads = 4;
        const int Calls = 20_000;
        long told = 0;
        long untold = 0;
        Parallel.For(0, Threads, _ =>
        {
            for (int i = 0; i < Calls; i++)
            {
                if (i % 1000 == 0)
                {
                    _clock.Advance(TimeSpan.FromSeconds(1));
                }

                (LogLevel level, long others) = Throttled();
                Interlocked.Add(ref told, level == LogLevel.Error ? 1 : 0);
                Interlocked.Add(ref untold, others);
            }
        });
        _clock.Advance(TimeSpan.FromSeconds(1));
        (LogLevel last, long rest) = Throttled();
        Assert.Equal(LogLevel.Error, last);
        Assert.Equal(Threads * Calls, told + untold + rest);
        Assert.InRange(told, 1, Threads * Calls / 1000);
    }

    private (LogLevel Level, long Untold) Throttled() => (_throttle.Throttle(LogLevel.Error, out long untold), untold);
}
