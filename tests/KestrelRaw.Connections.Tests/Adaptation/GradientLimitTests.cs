using KestrelRaw.Connections.Adaptation;

namespace KestrelRaw.Connections.Tests.Adaptation;

/// <summary>The rules by which a size is found, one by one.</summary>
public sealed class GradientLimitTests
{
    private static readonly TimeSpan Latency = LimitDriver.Latency;

    [Theory]
    [InlineData(1, 5)]
    [InlineData(20, 20)]
    [InlineData(500, 50)]
    public void Restart_AnySize_IsWithinTheBounds(int size, int expected)
    {
        var limit = new GradientLimit(new AdaptivePoolSizeOptions { Minimum = 5, Maximum = 50 }, 20, new Random(1));
        AdaptationDecision decision = limit.Restart(TimeSpan.Zero, size, AdaptationReason.Resized);
        Assert.Equal((expected, expected), (limit.Limit, decision.Size));
    }

    [Fact]
    public void End_FirstWindow_ProbesWithHalfOfTheSize()
    {
        var driver = new LimitDriver(new GradientLimit(new(), 20, new Random(1)));
        driver.WorkUntil(AdaptationReason.ProbeDue, Latency);
        Assert.Equal((20, 10, true), (driver.Last.SizeBefore, driver.Last.Size, driver.Last.IsProbing));
        Assert.Equal((10, 20), (driver.Limit.Limit, driver.Limit.Size));
        driver.WorkUntil(AdaptationReason.ProbeDone, Latency);
        Assert.Equal((10, 20, false), (driver.Last.SizeBefore, driver.Last.Size, driver.Last.IsProbing));
        Assert.Equal(Latency, driver.Last.MinimumLatency);
    }

    [Fact]
    public void End_HalfIsFaster_ProbesDeeperDownToTheProbeConcurrency()
    {
        var driver = new LimitDriver(new GradientLimit(new() { Minimum = 10, ProbeConcurrency = 3 }, 40, new Random(1)));
        driver.WorkUntil(AdaptationReason.ProbeDone, atOnce => Latency * atOnce);
        Assert.Equal([20, 10, 5, 3], driver.Decisions.SkipLast(1).Select(decision => decision.Size));
        Assert.InRange(driver.Last.MinimumLatency!.Value / Latency, 3, 3.1);
        Assert.Equal(40, driver.Limit.Limit);
    }

    [Fact]
    public void End_PoolSmallerThanTheProbeConcurrency_IsNoLargerInAProbe()
    {
        var driver = new LimitDriver(new GradientLimit(new() { Maximum = 1, ProbeConcurrency = 5 }, 20, new Random(1)));
        driver.WorkUntil(AdaptationReason.ProbeDone, Latency);
        Assert.All(driver.Decisions, decision => Assert.Equal(1, decision.Size));
    }

    [Fact]
    public void End_WorkBegunBeforeTheProbe_IsNoSampleOfIt()
    {
        var driver = new LimitDriver(new GradientLimit(new(), 20, new Random(1)));
        TimeSpan early = driver.Now;
        for (int i = 0; i < 300; i++)
        {
            driver.Limit.Begin(early, 20);
        }

        driver.WorkUntil(AdaptationReason.ProbeDue, Latency);
        for (int i = 0; i < 300; i++)
        {
            driver.End(early);
        }

        Assert.True(driver.Limit.IsProbing);
        driver.WorkUntil(AdaptationReason.ProbeDone, Latency);
        Assert.Equal(Latency, driver.Last.MinimumLatency);
    }

    [Fact]
    public void Look_NoWorkInAProbe_EndsItInTime()
    {
        var driver = new LimitDriver(new GradientLimit(new(), 20, new Random(1)));
        driver.WorkUntil(AdaptationReason.ProbeDue, Latency);
        TimeSpan end = driver.Limit.ProbeEnd!.Value;
        Assert.InRange(end - driver.Now, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        driver.Now = end - TimeSpan.FromTicks(1);
        driver.Look();
        Assert.True(driver.Limit.IsProbing);
        driver.Now = end;
        driver.Look();
        Assert.Equal((AdaptationReason.ProbeFailed, 20, null), (driver.Last.Reason, driver.Last.Size, driver.Last.MinimumLatency));
    }

    [Fact]
    public void End_FailuresInAProbe_AreNoSamples()
    {
        var driver = new LimitDriver(new GradientLimit(new(), 20, new Random(1)));
        driver.WorkUntil(AdaptationReason.ProbeDue, Latency);
        driver.Work(TimeSpan.FromMilliseconds(1), isGood: false);
        driver.Work(Latency * 5, isGood: false);
        driver.WorkUntil(AdaptationReason.ProbeDone, Latency);
        Assert.Equal((Latency, 20), (driver.Last.MinimumLatency, driver.Last.Failures));
    }

    [Fact]
    public void End_MinimumConfirmed_ProbesLessOften()
    {
        LimitDriver driver = LimitDriver.AfterProbe(options: new() { Maximum = 20 });
        var pauses = new List<double>();
        for (int i = 0; i < 6; i++)
        {
            TimeSpan ended = driver.Now;
            driver.WorkUntil(AdaptationReason.ProbeDue, Latency);
            pauses.Add((driver.Now - ended).TotalSeconds);
            driver.WorkUntil(AdaptationReason.ProbeDone, Latency);
        }

        // Up to 15 % of jitter, and what is left of a window.
        Assert.All(pauses.Zip([7.5, 15, 30, 60, 60, 60]), pause => Assert.InRange(pause.First, pause.Second, (pause.Second * 1.15) + 1));
        Assert.Equal(6, pauses.Distinct().Count());
    }

    [Fact]
    public void End_LatencyAtTheMinimum_GrowsUpToTheMaximum()
    {
        LimitDriver driver = LimitDriver.AfterProbe(options: new() { Maximum = 100 });
        driver.WorkForDecisions(1, () => Latency);
        Assert.Equal((AdaptationReason.Grown, 26), (driver.Last.Reason, driver.Last.Size));
        Assert.Equal(1.1, driver.Last.Gradient!.Value, 3);
        driver.WorkUntil(AdaptationReason.Steady, Latency);
        Assert.Equal(100, driver.Limit.Size);
    }

    [Fact]
    public void End_LatencyAboveTheMinimum_ShrinksByAFifthAtMostAndNotBelowTheMinimum()
    {
        LimitDriver driver = LimitDriver.AfterProbe(options: new() { Minimum = 12 });
        driver.WorkForDecisions(1, () => Latency * 5);
        Assert.Equal((AdaptationReason.Shrunk, 16), (driver.Last.Reason, driver.Last.Size));
        driver.WorkForDecisions(1, () => Latency * 4);
        driver.WorkForDecisions(1, () => Latency * 3);
        Assert.Equal((AdaptationReason.Steady, 12), (driver.Last.Reason, driver.Last.Size));
    }

    [Fact]
    public void End_PoolHardlyEverFull_KeepsTheSize()
    {
        LimitDriver driver = LimitDriver.AfterProbe();
        driver.WorkForDecisions(3, () => Latency, atOnce: 10);
        driver.WorkForDecisions(3, () => Latency * 1.5, atOnce: 10);
        Assert.All(driver.Decisions.TakeLast(6), decision => Assert.Equal((AdaptationReason.LimitNotReached, 20), (decision.Reason, decision.Size)));
    }

    [Fact]
    public void End_ObviousQueueBehindAPoolThatIsNotFull_Shrinks()
    {
        LimitDriver driver = LimitDriver.AfterProbe();
        driver.WorkForDecisions(1, () => Latency * 4, atOnce: 10);
        Assert.Equal((AdaptationReason.Shrunk, 16), (driver.Last.Reason, driver.Last.Size));
    }

    [Fact]
    public void End_WorkFailsFast_DecidesNothing()
    {
        LimitDriver driver = LimitDriver.AfterProbe();
        int decisions = driver.Decisions.Count;
        for (int i = 0; i < 3000; i++)
        {
            driver.Work(TimeSpan.FromMilliseconds(1), isGood: false);
        }

        Assert.Equal(decisions, driver.Decisions.Count);
    }

    [Fact]
    public void End_WorkTimesOut_Shrinks()
    {
        LimitDriver driver = LimitDriver.AfterProbe();
        bool isGood = false;
        int decisions = driver.Decisions.Count;
        while (driver.Decisions.Count == decisions)
        {
            isGood = !isGood;
            driver.Work(isGood ? Latency : Latency * 8, isGood);
        }

        Assert.Equal(AdaptationReason.Shrunk, driver.Last.Reason);
        Assert.True(driver.Last.Failures > 0);
    }

    [Fact]
    public void End_OneWorkInAHundredHungForAMinute_IsNoOverload()
    {
        LimitDriver driver = LimitDriver.AfterProbe(options: new() { Maximum = 20 });
        TimeSpan hung = driver.Now;
        for (int i = 0; i < 10; i++)
        {
            driver.Limit.Begin(hung, 20);
        }

        driver.Now += TimeSpan.FromMinutes(1);
        driver.WorkUntil(AdaptationReason.ProbeDone, Latency);
        driver.Work(Latency);
        for (int i = 0; i < 10; i++)
        {
            driver.End(hung);
        }

        driver.WorkForDecisions(1, () => Latency);
        Assert.Equal((AdaptationReason.Steady, 20), (driver.Last.Reason, driver.Last.Size));
        Assert.InRange(driver.Last.SampleLatency!.Value / Latency, 1.05, 1.15);
    }

    [Fact]
    public void End_GrowthWithoutMoreThroughput_IsTakenBackAndNotTriedForAWhile()
    {
        // The minimum is a little too high, and the back end has been full since 20.
        LimitDriver driver = LimitDriver.AfterProbe();
        TimeSpan Latencies() => Latency * 0.92 * driver.Limit.Limit / 20;
        driver.WorkForDecisions(1, Latencies);
        Assert.Equal((AdaptationReason.Grown, 26), (driver.Last.Reason, driver.Last.Size));
        driver.WorkForDecisions(1, Latencies);
        Assert.Equal((AdaptationReason.NoGain, 20), (driver.Last.Reason, driver.Last.Size));
        Assert.Equal(0, driver.Last.Elasticity!.Value, 0.09);
        TimeSpan takenBack = driver.Now;
        driver.WorkForDecisions(1, Latencies);
        Assert.Equal((AdaptationReason.NoGain, 20), (driver.Last.Reason, driver.Last.Size));
        driver.WorkUntil(AdaptationReason.Grown, _ => Latencies());
        Assert.InRange(driver.Now - takenBack, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
    }

    [Fact]
    public void End_WorkFasterThanTheMinimumTwice_ProbesEarly()
    {
        LimitDriver driver = LimitDriver.AfterProbe(options: new() { Maximum = 20 });
        driver.WorkForDecisions(2, () => Latency / 2);
        Assert.Equal([AdaptationReason.Steady, AdaptationReason.MinimumTooHigh], driver.Decisions.TakeLast(2).Select(decision => decision.Reason));
        driver.WorkUntil(AdaptationReason.ProbeDone, Latency / 2);
        Assert.Equal(Latency / 2, driver.Last.MinimumLatency);
    }

    [Fact]
    public void End_ShrinkingMakesNothingFaster_ProbesEarly()
    {
        LimitDriver driver = LimitDriver.AfterProbe();
        driver.WorkUntil(AdaptationReason.MinimumTooLow, Latency * 2);
        Assert.InRange(driver.Limit.Size, 10, 19);
        driver.WorkUntil(AdaptationReason.ProbeDone, Latency * 2);
        Assert.Equal(Latency * 2, driver.Last.MinimumLatency);
        driver.WorkUntil(AdaptationReason.Grown, Latency * 2);
    }

    [Fact]
    public void End_SlowWork_DecidesFromTenSamplesAfterTenSeconds()
    {
        LimitDriver driver = LimitDriver.AfterProbe();
        int decisions = driver.Decisions.Count;
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(decisions, driver.Decisions.Count);
            driver.Work(TimeSpan.FromSeconds(1.2), atOnce: 1);
        }

        Assert.Equal(decisions + 1, driver.Decisions.Count);
        Assert.Equal(10, driver.Last.Samples);
    }

    [Fact]
    public void End_IdleForMinutes_ForgetsTheWindow()
    {
        LimitDriver driver = LimitDriver.AfterProbe();
        int decisions = driver.Decisions.Count;
        for (int i = 0; i < 100; i++)
        {
            driver.Now += TimeSpan.FromMinutes(2);
            driver.Work(Latency, atOnce: 1);
        }

        Assert.Equal(decisions, driver.Decisions.Count);
        Assert.False(driver.Limit.IsProbing);
    }

    [Fact]
    public void Restart_InAProbe_EndsIt()
    {
        var driver = new LimitDriver(new GradientLimit(new(), 20, new Random(1)));
        driver.WorkUntil(AdaptationReason.ProbeDue, Latency);
        AdaptationDecision decision = driver.Limit.Restart(driver.Now, 70, AdaptationReason.Resized);
        Assert.Equal((10, 70, false), (decision.SizeBefore, decision.Size, decision.IsProbing));
        Assert.Equal((70, 70, null), (driver.Limit.Limit, driver.Limit.Size, driver.Limit.ProbeEnd));
    }
}
