using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Adaptation;

/// <summary>A real pool, resized by what its work's latency says.</summary>
public sealed class AdaptivePoolSizeTests
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _clock = new();
    private readonly CollectingLogger _log = new();

    [Theory]
    [InlineData(null, 20)]
    [InlineData(7, 7)]
    [InlineData(1, 5)]
    [InlineData(500, 50)]
    public void Constructor_AnyPool_BeginsWithItsSizeWithinTheBounds(int? size, int expected)
    {
        ConnectionPool pool = Pool(size);
        using AdaptivePoolSize adaptation = Adapt(pool, new() { Minimum = 5, Maximum = 50 });
        Assert.Equal(expected, pool.Size);
        Assert.Equal((AdaptationReason.Started, expected), (adaptation.LastDecision.Reason, adaptation.LastDecision.Size));
        Assert.Single(_log.Named("AdaptationBegan"));
    }

    [Fact]
    public void Reasons_All_HaveANameAndALogEvent()
    {
        AdaptationReason[] reasons = Enum.GetValues<AdaptationReason>();
        using var logger = new CollectingLogger();
        foreach (AdaptationReason reason in reasons)
        {
            AdaptivePoolSize.Log.Decision(logger, "test", new AdaptationDecision { Reason = reason, SizeBefore = 1, Size = 2 });
        }

        Assert.Equal(reasons.Length, logger.Entries.Count);
        Assert.Equal(reasons.Length, reasons.Select(static reason => reason.ToName()).Distinct().Count());
    }

    [Fact]
    public void Constructor_BadOptions_NamesEveryFault()
    {
        var options = new AdaptivePoolSizeOptions { Minimum = 0, Maximum = -1, SampleWindow = TimeSpan.Zero, ProbeInterval = TimeSpan.Zero, ProbeConcurrency = 0 };
        var fault = Assert.Throws<ArgumentException>(() => new AdaptivePoolSize(Pool(1), options));
        Assert.All(["Minimum", "Maximum", "SampleWindow", "ProbeInterval", "ProbeConcurrency"], name => Assert.Contains(name, fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void End_FastWork_ProbesThenGrowsThePool()
    {
        ConnectionPool pool = Pool(20);
        using AdaptivePoolSize adaptation = Adapt(pool);
        WorkUntil(adaptation, pool, AdaptationReason.ProbeDue);
        Assert.Equal((10, true), (pool.Size!.Value, adaptation.LastDecision.IsProbing));
        WorkUntil(adaptation, pool, AdaptationReason.ProbeDone);
        Assert.Equal(20, pool.Size);
        WorkUntil(adaptation, pool, AdaptationReason.Grown);
        Assert.Equal(26, pool.Size);
        Assert.Equal([LogLevel.Information, LogLevel.Information], Levels("ProbeBegan", "ProbeDone"));
        Assert.Equal([LogLevel.Debug], Levels("AdaptiveSizeChanged"));
    }

    [Fact]
    public void Timer_NoWorkComesInAProbe_GivesThePoolItsSizeBack()
    {
        ConnectionPool pool = Pool(20);
        using AdaptivePoolSize adaptation = Adapt(pool);
        WorkUntil(adaptation, pool, AdaptationReason.ProbeDue);
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal((20, AdaptationReason.ProbeFailed), (pool.Size!.Value, adaptation.LastDecision.Reason));
    }

    [Fact]
    public async Task Resize_BySomebodyElse_IsTheNewStart()
    {
        ConnectionPool pool = Pool(20);
        using AdaptivePoolSize adaptation = Adapt(pool, new() { Maximum = 100 });
        WorkUntil(adaptation, pool, AdaptationReason.ProbeDue);
        pool.Resize(40);
        Assert.Equal((40, AdaptationReason.Resized, false), (pool.Size!.Value, adaptation.LastDecision.Reason, adaptation.LastDecision.IsProbing));
        WorkUntil(adaptation, pool, AdaptationReason.ProbeDue);
        Assert.Equal(20, pool.Size);
        pool.Resize(500);
        Assert.Equal(100, pool.Size);
        pool.Resize(null);
        Assert.Equal(20, pool.Size);

        // Nobody who waits for a slot is forgotten by a pool that gets a size again.
        pool.Resize(0);
        Task<ConnectionLease> waiting = pool.AcquireAsync().AsTask();
        Assert.Equal((0, false), (pool.Size!.Value, waiting.IsCompleted));
        pool.Resize(30);
        using ConnectionLease lease = await waiting.OrHang();
        Assert.Equal((30, 30), (pool.Size!.Value, adaptation.LastDecision.Size));
    }

    [Fact]
    public void Resize_ToZero_RestsUntilThereIsASizeAgain()
    {
        ConnectionPool pool = Pool(20);
        using AdaptivePoolSize adaptation = Adapt(pool);
        WorkUntil(adaptation, pool, AdaptationReason.ProbeDone);
        pool.Resize(0);
        WorkUntil(adaptation, pool, AdaptationReason.ProbeDue);
        Assert.Equal((0, 10), (pool.Size!.Value, adaptation.LastDecision.Size));
        pool.Resize(8);
        Assert.Equal((8, AdaptationReason.Resized), (pool.Size!.Value, adaptation.LastDecision.Reason));
    }

    [Fact]
    public void Dispose_InAProbe_GivesThePoolItsSizeBackAndEndsAdaptation()
    {
        ConnectionPool pool = Pool(20);
        AdaptivePoolSize adaptation = Adapt(pool);
        WorkUntil(adaptation, pool, AdaptationReason.ProbeDue);
        WorkSample late = adaptation.Begin();
        adaptation.Dispose();
        adaptation.Dispose();
        Assert.Equal(20, pool.Size);
        late.End(isGood: true);
        for (int i = 0; i < 500; i++)
        {
            Work(adaptation, pool);
        }

        pool.Resize(3);
        Assert.Equal((3, AdaptationReason.ProbeDue), (pool.Size!.Value, adaptation.LastDecision.Reason));
    }

    [Fact]
    public void Begin_ToEnd_AllocatesNothing()
    {
        ConnectionPool pool = Pool(20);
        using AdaptivePoolSize adaptation = Adapt(pool);
        adaptation.Begin().End(isGood: true);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            adaptation.Begin().End(isGood: true);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        default(WorkSample).End(isGood: true);
    }

    [Fact]
    public async Task End_ManyThreads_KeepsThePoolsSizeAsDecided()
    {
        var pool = new ConnectionPool(20);
        var options = new AdaptivePoolSizeOptions { Minimum = 4, Maximum = 40, SampleWindow = TimeSpan.FromMilliseconds(1), ProbeInterval = TimeSpan.FromMilliseconds(5) };
        using var adaptation = new AdaptivePoolSize(pool, options, _log);
        Task[] workers = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 5000; i++)
            {
                using ConnectionLease lease = await pool.AcquireAsync();
                WorkSample sample = adaptation.Begin();
                Thread.SpinWait(50);
                sample.End(isGood: i % 10 != 0);
            }
        }))];
        await Task.WhenAll(workers).OrHang();
        Assert.Equal(0, pool.InUse);
        Assert.True(adaptation.Count(AdaptationReason.ProbeDone) > 0);
        Assert.Equal(adaptation.LastDecision.Size, pool.Size);
        Assert.InRange(adaptation.LastDecision.InFlight, 0, 8);
    }

    [Fact]
    public void Metrics_AfterDecisions_ShowThemUntilDisposed()
    {
        using var meters = new TestMeterFactory();
        var metrics = new ConnectionMetrics(meters);
        ConnectionPool pool = Pool(20);
        AdaptivePoolSize adaptation = Adapt(pool);
        metrics.Add(adaptation);
        WorkUntil(adaptation, pool, AdaptationReason.Grown);
        Dictionary<string, double> seen = Read(meters);
        Assert.Equal(1, seen["kestrelraw.pool.adaptation.decisions {decision} grown"]);
        Assert.Equal(0, seen["kestrelraw.pool.adaptation.decisions {decision} shrunk"]);
        Assert.Equal(0.01, seen["kestrelraw.pool.adaptation.minimum_latency s "], 0.0001);
        Assert.Equal(0.01, seen["kestrelraw.pool.adaptation.sample_latency s "], 0.0001);
        Assert.Equal(1.1, seen["kestrelraw.pool.adaptation.gradient 1 "], 0.001);
        Assert.Equal(20, seen["kestrelraw.pool.adaptation.in_flight {connection} "], 0.01);
        adaptation.Dispose();
        Assert.Empty(Read(meters));
    }

    /// <summary>By instrument, unit and reason; every measurement has the pool's tag.</summary>
    private static Dictionary<string, double> Read(TestMeterFactory meters)
    {
        var seen = new Dictionary<string, double>();
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, that) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name.Contains("adaptation", StringComparison.Ordinal))
            {
                that.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;

        void Keep(System.Diagnostics.Metrics.Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var byName = tags.ToArray().ToDictionary();
            Assert.Equal("database", byName["kestrelraw.pool"]);
            seen.Add($"{instrument.Name} {instrument.Unit} {byName.GetValueOrDefault("reason")}", value);
        }
    }

    private ConnectionPool Pool(int? size) => new(size, _clock) { Name = "database" };

    private AdaptivePoolSize Adapt(ConnectionPool pool, AdaptivePoolSizeOptions? options = null) => new(pool, options, _log, new Random(1));

    private IEnumerable<LogLevel> Levels(params string[] events) => events.SelectMany(_log.Named).Select(entry => entry.Level);

    private void WorkUntil(AdaptivePoolSize adaptation, ConnectionPool pool, AdaptationReason reason)
    {
        long before = adaptation.Count(reason);
        for (int i = 0; adaptation.Count(reason) == before; i++)
        {
            Assert.True(i < 10_000, $"Not {reason} but {adaptation.LastDecision}");
            Work(adaptation, pool);
        }
    }

    /// <summary>A work in every slot; of a pool that has none any more, those that still run.</summary>
    private void Work(AdaptivePoolSize adaptation, ConnectionPool pool)
    {
        var leases = new List<ConnectionLease>();
        while (pool.TryAcquire(out ConnectionLease lease))
        {
            leases.Add(lease);
        }

        _clock.Advance(TimeSpan.FromTicks(1));
        WorkSample[] samples = [.. Enumerable.Range(0, pool.Size == 0 ? 20 : leases.Count).Select(_ => adaptation.Begin())];
        _clock.Advance(Latency);
        foreach (WorkSample sample in samples)
        {
            sample.End(isGood: true);
        }

        leases.ForEach(lease => lease.Dispose());
    }
}
