using KestrelRaw.Connections.Timeouts;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Timeouts;

public sealed class ConnectionDelayTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly TimerDueTimes _dueTimes;
    private readonly ConnectionDelay _delay;

    public ConnectionDelayTests()
    {
        _dueTimes = new TimerDueTimes(_clock);
        _delay = new ConnectionDelay("connection 7", _dueTimes, continueInline: true);
    }

    public void Dispose() => _dueTimes.Dispose();

    [Fact]
    public async Task Start_TimePasses_CompletesWhenItHasPassed()
    {
        ValueTask waiting = _delay.StartAsync(Second);
        _clock.Advance(0.999 * Second);
        Assert.False(waiting.IsCompleted);
        _clock.Advance(0.001 * Second);
        Assert.True(waiting.IsCompletedSuccessfully);
        await waiting;
    }

    [Fact]
    public void Start_Inline_GoesOnBeforeTheClockHasReturned()
    {
        bool hasGoneOn = false;
        _delay.StartAsync(Second).GetAwaiter().OnCompleted(() => hasGoneOn = true);
        _clock.Advance(Second);
        Assert.True(hasGoneOn);
    }

    [Fact]
    public async Task Start_AfterOneThatEnded_IsAWaitOfItsOwn()
    {
        for (int i = 0; i < 3; i++)
        {
            ValueTask waiting = _delay.StartAsync(Second);
            Assert.False(waiting.IsCompleted);
            _clock.Advance(Second);
            await waiting;

            ValueTask cancelled = _delay.StartAsync(Second);
            _delay.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(cancelled.AsTask);
        }
    }

    [Fact]
    public async Task Start_WhileOneIsUnderWay_ThrowsAndLeavesItAlone()
    {
        ValueTask waiting = _delay.StartAsync(Second);
        Assert.Throws<InvalidOperationException>(() => _delay.StartAsync(2 * Second));
        _clock.Advance(Second);
        Assert.True(waiting.IsCompletedSuccessfully);
        await waiting;
    }

    [Fact]
    public async Task Cancel_WhileWaiting_ThrowsAtOnceAndIsNotDueAnyMore()
    {
        ValueTask waiting = _delay.StartAsync(Second);
        _delay.Cancel();
        Assert.True(waiting.IsCanceled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(waiting.AsTask);
        Assert.Null(_dueTimes.RunDue());
    }

    [Fact]
    public async Task Cancel_BeforeAndAfter_ChangesNothing()
    {
        _delay.Cancel();
        ValueTask waiting = _delay.StartAsync(Second);
        _clock.Advance(Second);
        _delay.Cancel();
        Assert.True(waiting.IsCompletedSuccessfully);
        await waiting;
    }

    [Fact]
    public void ToString_IsItsOwners() => Assert.Equal("connection 7", _delay.ToString());
}
