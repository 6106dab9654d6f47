using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Timeouts;

public sealed class PhaseTimerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly TestConnection _connection = new();

    [Fact]
    public void Start_TimePasses_EndsTheConnectionWithThePhasesOutcome()
    {
        using var timer = new PhaseTimer(_connection, _clock);
        timer.Start(30 * Second, ConnectionOutcome.FirstByteTimeout);
        _clock.Advance(29.9 * Second);
        Assert.Null(_connection.Outcome);
        _clock.Advance(0.1 * Second);
        Assert.Equal(ConnectionOutcome.FirstByteTimeout, _connection.Outcome);
        Assert.True(_connection.Ended.IsCancellationRequested);
    }

    [Fact]
    public void Start_NextPhase_ForgetsTheFirst()
    {
        using var timer = new PhaseTimer(_connection, _clock);
        timer.Start(Second, ConnectionOutcome.FirstByteTimeout);
        _clock.Advance(0.9 * Second);
        timer.Start(Second, ConnectionOutcome.WorkTimeout);
        _clock.Advance(0.9 * Second);
        Assert.Null(_connection.Outcome);
        _clock.Advance(0.1 * Second);
        Assert.Equal(ConnectionOutcome.WorkTimeout, _connection.Outcome);
    }

    [Fact]
    public void Stop_TimePasses_NothingHappens()
    {
        using var timer = new PhaseTimer(_connection, _clock);
        timer.Start(Second, ConnectionOutcome.SendTimeout);
        timer.Stop();
        _clock.Advance(10 * Second);
        Assert.Null(_connection.Outcome);
    }

    [Fact]
    public void Dispose_TimePasses_NothingHappens()
    {
        var timer = new PhaseTimer(_connection, _clock);
        timer.Start(Second, ConnectionOutcome.SendTimeout);
        timer.Dispose();
        _clock.Advance(10 * Second);
        Assert.Null(_connection.Outcome);
    }

    [Fact]
    public void Start_ProcessIsHeldUp_ThePhaseGetsItsTimeOnceMoreAndNotForEver()
    {
        var clock = new HeldUpClock();
        using var timer = new PhaseTimer(_connection, clock);
        timer.Start(10 * Second, ConnectionOutcome.WorkTimeout);
        clock.Held = Second;
        clock.Advance(10 * Second);
        Assert.Null(_connection.Outcome);

        clock.Held = 2 * Second;
        clock.Advance(10 * Second);
        Assert.Equal(ConnectionOutcome.WorkTimeout, _connection.Outcome);
    }

    [Fact]
    public void Start_ProcessIsHeldUpInTwoPhases_EachGetsItsTimeOnceMore()
    {
        var clock = new HeldUpClock();
        using var timer = new PhaseTimer(_connection, clock);
        for (int phase = 1; phase <= 2; phase++)
        {
            timer.Start(10 * Second, ConnectionOutcome.WorkTimeout);
            clock.Held = phase * Second;
            clock.Advance(10 * Second);
            Assert.Null(_connection.Outcome);
        }
    }

    [Fact]
    public void Start_TimerIsALittleLate_EndsTheConnection()
    {
        var clock = new HeldUpClock();
        using var timer = new PhaseTimer(_connection, clock);
        timer.Start(10 * Second, ConnectionOutcome.WorkTimeout);
        clock.Held = 0.05 * Second;
        clock.Advance(10 * Second);
        Assert.Equal(ConnectionOutcome.WorkTimeout, _connection.Outcome);
    }
}
