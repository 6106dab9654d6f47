using KestrelRaw.Connections.Adaptation;

namespace KestrelRaw.Connections.Tests.Adaptation;

/// <summary>Tells a limit of work, batch by batch, and keeps what it decides.</summary>
internal sealed class LimitDriver(GradientLimit limit)
{
    public static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(10);

    public TimeSpan Now { get; set; }

    public List<AdaptationDecision> Decisions { get; } = [];

    public AdaptationDecision Last => Decisions[^1];

    /// <summary>A limit that knows its minimum, <see cref="Latency"/>.</summary>
    public static LimitDriver AfterProbe(int size = 20, AdaptivePoolSizeOptions? options = null)
    {
        var driver = new LimitDriver(new GradientLimit(options ?? new(), size, new Random(1)));
        driver.WorkUntil(AdaptationReason.ProbeDone, Latency);
        Assert.Equal(Latency, driver.Last.MinimumLatency);
        return driver;
    }

    public GradientLimit Limit => limit;

    /// <summary>As many works at once as the limit allows, with the pool full of them.</summary>
    public void Work(TimeSpan latency, bool isGood = true, int? atOnce = null)
    {
        int count = atOnce ?? limit.Limit;
        Now += TimeSpan.FromTicks(1);
        TimeSpan began = Now;
        for (int i = 1; i <= count; i++)
        {
            limit.Begin(began, atOnce ?? count);
        }

        Now += latency;
        for (int i = 1; i <= count; i++)
        {
            End(began, isGood);
        }
    }

    public void WorkUntil(AdaptationReason reason, TimeSpan latency) => WorkUntil(reason, _ => latency);

    /// <summary>Until it is decided so.</summary>
    public void WorkUntil(AdaptationReason reason, Func<int, TimeSpan> latencyOf)
    {
        int seen = Decisions.Count;
        TimeSpan giveUp = Now + TimeSpan.FromMinutes(10);
        while (!Decisions.Skip(seen).Any(decision => decision.Reason == reason))
        {
            Assert.True(Now < giveUp, $"Not {reason} but {string.Join(", ", Decisions.TakeLast(5))}");
            Work(latencyOf(limit.Limit));
        }
    }

    /// <summary>For so many windows after the next decision.</summary>
    public void WorkForDecisions(int count, Func<TimeSpan> latency, bool isGood = true, int? atOnce = null)
    {
        int until = Decisions.Count + count;
        while (Decisions.Count < until)
        {
            Work(latency(), isGood, atOnce);
        }
    }

    public void End(TimeSpan began, bool isGood = true) => Keep(limit.End(began, Now, isGood));

    public void Look() => Keep(limit.Look(Now));

    private void Keep(AdaptationDecision? decision)
    {
        if (decision is not null)
        {
            Decisions.Add(decision);
        }
    }
}
