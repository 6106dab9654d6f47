using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Admission;

/// <summary>A pool of one slot that is taken; intervals of 100 ms, a target of 5 ms, else 30 s.</summary>
public sealed class CoDelTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly AdmissionOptions Options = new() { WhenFull = WhenFull.Queue, CoDel = new CoDelOptions() };

    private readonly FakeTimeProvider _clock = new();
    private readonly ConnectionPool _pool;
    private readonly ConnectionAdmission _admission;
    private readonly QueueUser _user;
    private ConnectionLease _running;

    public CoDelTests()
    {
        _pool = new ConnectionPool(1, _clock);
        Assert.True(_pool.TryAcquire(out _running));
        (_admission, _user) = Add(Options);
    }

    [Fact]
    public void Burst_ShorterThanTheInterval_IsServedInOrder()
    {
        _user.Queue("a", "b", "c");
        Advance(99);
        Assert.Null(_admission.OverloadedSince);

        End("");
        Assert.Equal("a", Assert.Single(_user.Served).Key);
        Assert.Empty(_user.TimedOut);
    }

    [Fact]
    public void Bursts_WithTheQueueEmptyInBetween_AreNoOverload()
    {
        for (int burst = 0; burst < 10; burst++)
        {
            _user.Queue($"{burst}");
            Advance(60);
            EndLast();
        }

        Assert.Null(_admission.OverloadedSince);
        Assert.Equal(10, _user.Served.Count);
    }

    [Fact]
    public void Overload_AfterAnInterval_OnlyTheNewestStays()
    {
        DateTimeOffset start = _clock.GetUtcNow();
        _user.Queue("a", "b", "c");
        Advance(100);

        Assert.Equal(start + TimeSpan.FromMilliseconds(100), _admission.OverloadedSince);
        Assert.Equal(["a", "b"], _user.TimedOut);
        Assert.Equal(1, _admission.Queued);
    }

    [Fact]
    public void Queue_WhileAnAdaptivePoolProbes_IsNoOverload()
    {
        _pool.IsProbing = true;
        _user.Queue("a", "b");
        Advance(1000);
        Assert.Null(_admission.OverloadedSince);
        Assert.Empty(_user.TimedOut);

        _pool.IsProbing = false;
        Advance(100);
        Assert.NotNull(_admission.OverloadedSince);
    }

    [Fact]
    public void Overload_WhileAnAdaptivePoolProbes_GoesOn()
    {
        Overload();
        _pool.IsProbing = true;
        Advance(1000);
        Assert.NotNull(_admission.OverloadedSince);
    }

    [Fact]
    public void Overload_NewConnections_LeaveAtTheTargetAndTheNewestIsServed()
    {
        Overload();
        _user.Queue("a");
        Advance(1);
        _user.Queue("b");
        Advance(1);
        _user.Queue("c");
        Advance(2);
        Assert.Empty(_user.TimedOut);
        Advance(1);
        Assert.Equal(["first", "a"], _user.TimedOut);
        Advance(1);
        Assert.Equal(["first", "a", "b"], _user.TimedOut);
        Advance(500);
        Assert.Equal(1, _admission.Queued);
        _user.Queue("d");

        End("");
        Assert.Equal("d", Assert.Single(_user.Served).Key);
        _user.Served["d"].Dispose();
        Assert.Equal(["d", "c"], _user.Served.Keys);
    }

    [Fact]
    public void Overload_NobodyElseComes_TheNewestWaitsForTheQueueTimeout()
    {
        Overload();
        Advance(29_899);
        Assert.Empty(_user.TimedOut);
        Advance(1);
        Assert.Equal(["first"], _user.TimedOut);
        Advance(100);
        Assert.Null(_admission.OverloadedSince);
    }

    [Fact]
    public void Overload_QueueEmptyForAnInterval_IsOverAndTheOldOrderHolds()
    {
        Overload();
        End("");
        Advance(99);
        Assert.NotNull(_admission.OverloadedSince);
        Advance(1);
        Assert.Null(_admission.OverloadedSince);

        _user.Queue("a", "b");
        Advance(50);
        End("first");
        Assert.Equal(["first", "a"], _user.Served.Keys);
        Assert.Empty(_user.TimedOut);
    }

    [Fact]
    public void Overload_QueueEmptyForLess_GoesOn()
    {
        Overload();
        End("");
        Advance(99);
        _user.Queue("a");
        Advance(1);
        _user.Queue("b");
        Advance(5);

        Assert.NotNull(_admission.OverloadedSince);
        Assert.Equal(["a"], _user.TimedOut);
    }

    [Fact]
    public void Off_AnHourOfQueue_IsNoOverload()
    {
        _admission.Update(Options with { CoDel = null });
        _user.Queue("a", "b");
        Advance(29_999);
        Assert.Empty(_user.TimedOut);
        Assert.Null(_admission.OverloadedSince);
        Assert.Null(((IPoolStatus)_admission).IsOverloaded);
    }

    [Fact]
    public void OtherAnswersToAFullPool_HaveNoOverload()
    {
        _admission.Update(Options with { WhenFull = WhenFull.StopAccepting });
        _user.Queue("a", "b");
        Advance(1000);
        Assert.Empty(_user.TimedOut);
        Assert.Null(_admission.OverloadedSince);
    }

    [Fact]
    public void Update_SwitchedOn_BeginsWithTheNextInterval()
    {
        _admission.Update(Options with { CoDel = null });
        _user.Queue("a", "b");
        Advance(10_000);
        _admission.Update(Options);
        Advance(99);
        Assert.Empty(_user.TimedOut);
        Advance(1);
        Assert.Equal(["a"], _user.TimedOut);
    }

    [Fact]
    public void Update_SwitchedOff_EndsTheOverloadAtOnce()
    {
        Overload();
        _user.Queue("a");
        _admission.Update(Options with { CoDel = null });
        Assert.Null(_admission.OverloadedSince);
        Advance(1000);
        Assert.Empty(_user.TimedOut);

        End("");
        Assert.Equal("first", Assert.Single(_user.Served).Key);
    }

    [Fact]
    public void Update_Target_HoldsAtOnceForThoseThatWait()
    {
        Overload();
        _admission.Update(Options with { CoDel = new CoDelOptions { Target = TimeSpan.FromMilliseconds(50) } });
        Advance(1);
        _user.Queue("a", "b");
        Advance(49);
        Assert.Empty(_user.TimedOut);
        _admission.Update(Options with { CoDel = new CoDelOptions { Target = TimeSpan.FromMilliseconds(40) } });
        Assert.Equal(["first", "a"], _user.TimedOut);
        Assert.NotNull(_admission.OverloadedSince);
    }

    [Fact]
    public void PausedPool_WithAQueue_HasNoOverload()
    {
        _pool.Pause();
        _user.Queue("a", "b");
        Advance(1000);
        Assert.Null(_admission.OverloadedSince);

        _pool.Resume();
        Advance(99);
        Assert.Empty(_user.TimedOut);
        Advance(100);
        Assert.NotNull(_admission.OverloadedSince);
    }

    [Fact]
    public void PerClient_ParkedConnectionsAlone_AreNoOverload()
    {
        _pool.Resize(10);
        _pool.PerClient = 1;
        ConnectionLease own = _user.Enter("running", "10.0.0.1");
        Assert.True(own.IsHeld);
        _user.Queue("a", "b");
        Advance(1000);
        Assert.Null(_admission.OverloadedSince);

        own.Dispose();
        Assert.Equal("a", Assert.Single(_user.Served).Key);
    }

    [Fact]
    public void PerClient_Overload_ParkedConnectionsLeaveAtTheTargetToo()
    {
        _pool.PerClient = 1;
        _user.Queue("a", "b", "c");
        Assert.False(_user.Enter("other", "10.0.0.2").IsHeld);
        Advance(100);
        Assert.NotNull(_admission.OverloadedSince);
        Assert.Equal(["a", "b", "c"], _user.TimedOut.Order());

        End("");
        Assert.Equal("other", Assert.Single(_user.Served).Key);
    }

    [Fact]
    public void SharedPool_OneEndpointIsOverloaded_TheOtherKeepsItsTerms()
    {
        (ConnectionAdmission calm, QueueUser calmUser) = Add(Options with { CoDel = null });
        calmUser.Queue("x", "y");
        _user.Queue("a", "b");
        Advance(100);
        Assert.Equal(["a"], _user.TimedOut);
        Assert.Null(calm.OverloadedSince);
        Advance(1000);
        Assert.Empty(calmUser.TimedOut);

        End("");
        Assert.Equal("x", Assert.Single(calmUser.Served).Key);
        calmUser.Served["x"].Dispose();
        Assert.Equal("b", Assert.Single(_user.Served).Key);
    }

    [Fact]
    public void SharedPool_BothOnTheSameTerms_AreOverloadedEachByItself()
    {
        (ConnectionAdmission other, QueueUser otherUser) = Add(Options);
        _user.Queue("a");
        Advance(60);
        otherUser.Queue("x");
        Advance(40);
        Assert.NotNull(_admission.OverloadedSince);
        Assert.Null(other.OverloadedSince);
        Advance(60);
        Assert.NotNull(other.OverloadedSince);
    }

    [Fact]
    public void Overload_BeginsAndEnds_EachIsToldOnce()
    {
        using var logger = new CollectingLogger();
        _admission.LogTo(logger, "test");
        _admission.LogTo(logger, "another listener of it");
        Overload();
        _user.Queue("a");
        _user.Queue("b");
        Advance(400);
        Assert.Single(logger.Named("OverloadBegan"));
        Assert.Empty(logger.Named("OverloadEnded"));

        End("");
        Advance(100);
        Assert.Single(logger.Named("OverloadBegan"));
        string told = Assert.Single(logger.Named("OverloadEnded")).Message;
        Assert.Contains("Endpoint test", told, StringComparison.Ordinal);
        Assert.Contains("after 0.5 s; 2 connections", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Overload_AgainAndAgain_IsNoStreamOfWarnings()
    {
        using var logger = new CollectingLogger(LogLevel.Information);
        _admission.LogTo(logger, "test");
        for (int second = 0; second < 25; second++)
        {
            _user.Queue($"{second}");
            Advance(200);
            Assert.NotNull(_admission.OverloadedSince);
            EndLast();
            Advance(800);
            Assert.Null(_admission.OverloadedSince);
        }

        Assert.Equal(3, logger.Named("OverloadBegan").Count());
        Assert.Equal(3, logger.Named("OverloadEnded").Count());
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(5, 5)]
    [InlineData(5, 86_400_001)]
    public void Options_TargetAndIntervalThatDoNotGoTogether_AreRefused(int target, int interval)
    {
        var coDel = new CoDelOptions { Target = TimeSpan.FromMilliseconds(target), Interval = TimeSpan.FromMilliseconds(interval) };
        ArgumentException refused = Assert.Throws<ArgumentException>(() => _admission.Update(Options with { CoDel = coDel }));
        Assert.Contains("CoDel: ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(new CoDelOptions(), _admission.GetOptions().CoDel);
    }

    private (ConnectionAdmission Admission, QueueUser User) Add(AdmissionOptions options)
    {
        var admission = new ConnectionAdmission(_pool, options);
        return (admission, new QueueUser(admission));
    }

    /// <summary>One connection, <c>first</c>, waits; its wait was an interval long.</summary>
    private void Overload()
    {
        _user.Queue("first");
        Advance(100);
        Assert.NotNull(_admission.OverloadedSince);
        Assert.Empty(_user.TimedOut);
    }

    private void End(string name)
    {
        if (name.Length == 0)
        {
            _running.Dispose();
        }
        else
        {
            _user.Served[name].Dispose();
        }
    }

    private void EndLast()
    {
        ConnectionLease last = _running;
        last.Dispose();
        _running = _user.Served.GetAt(_user.Served.Count - 1).Value;
    }

    /// <summary>Step by step, as time goes.</summary>
    private void Advance(int milliseconds)
    {
        for (int i = 0; i < milliseconds; i++)
        {
            _clock.Advance(Millisecond);
        }
    }
}
