using KestrelRaw.Connections.Timeouts;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Timeouts;

public sealed class MonotonicDelayTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Wait_TimersFireEarly_WaitsOnUntilTheTimeHasPassed()
    {
        var clock = new EarlyTimeProvider(TimeSpan.FromMilliseconds(4));
        long start = clock.GetTimestamp();
        Task waiting = MonotonicDelay.WaitAsync(Delay, clock, CancellationToken.None).AsTask();
        await clock.Inner.AdvanceUntilAsync(waiting, TimeSpan.FromMilliseconds(1));
        Assert.InRange(clock.GetElapsedTime(start), Delay, Delay * 1.1);
    }

    [Fact]
    public async Task Wait_RealClock_IsNeverShort()
    {
        var delay = TimeSpan.FromMilliseconds(30.5);
        TimeSpan[] taken = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            long start = TimeProvider.System.GetTimestamp();
            await MonotonicDelay.WaitAsync(delay, TimeProvider.System, CancellationToken.None);
            return TimeProvider.System.GetElapsedTime(start);
        }));
        Assert.All(taken, time => Assert.True(time >= delay, $"{time} is shorter than {delay}"));
    }

    [Fact]
    public void Wait_ZeroOrLess_ReturnsAtOnce()
    {
        Assert.True(MonotonicDelay.WaitAsync(TimeSpan.Zero, TimeProvider.System, CancellationToken.None).IsCompletedSuccessfully);
        Assert.True(MonotonicDelay.WaitAsync(TimeSpan.FromSeconds(-1), TimeProvider.System, CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Wait_Cancelled_Throws()
    {
        using var cancel = new CancellationTokenSource();
        Task waiting = MonotonicDelay.WaitAsync(Delay, new FakeTimeProvider(), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.OrHang());
    }

    /// <summary>Its timers fire before their time, as .NET's do.</summary>
    private sealed class EarlyTimeProvider(TimeSpan early) : TimeProvider
    {
        public FakeTimeProvider Inner { get; } = new();

        public override long TimestampFrequency => Inner.TimestampFrequency;

        public override long GetTimestamp() => Inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Inner.CreateTimer(callback, state, dueTime > early ? dueTime - early : dueTime, period);
    }
}
