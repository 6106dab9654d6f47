using System.Text.Json;
using KestrelRaw.Admin.Live;
using KestrelRaw.Admin.Pools;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Tests.Admin.Live;

public sealed class LiveSamplerTests : IDisposable
{
    private readonly FakeSource _source = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly LiveSampler _sampler;

    public LiveSamplerTests() => _sampler = new LiveSampler(_source, _clock, NullLogger<LiveSampler>.Instance);

    public void Dispose()
    {
        _sampler.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void Sample_EveryInstrument_IsInIt()
    {
        _source.Accepted = 12;
        _source.Finished["completed"] = 9;
        _source.Size = 5;
        _source.State = new LiveState("not ready", ["accept loops: p"]);
        EndpointSample sample = SampleAfter(0);
        Assert.Equal(new PoolSample("p", 5, 2, 3, null, null), sample.Pool);
        Assert.Equal((12, 3, 7, 4), (sample.Accepted, sample.Active, sample.Backlog, sample.AcceptErrors));
        Assert.Equal([new("completed", 9)], sample.Finished);
        Assert.Equal(["accept loops: p"], Latest().Reasons);
        Assert.Equal("not ready", Latest().State);
        Assert.Equal(_clock.GetUtcNow().ToUnixTimeMilliseconds(), Latest().Time);
    }

    [Fact]
    public void Sample_SizeBecomesUnlimited_IsNullAgain()
    {
        _source.Size = 5;
        Assert.Equal(5, SampleAfter(0).Pool.Size);
        _source.Size = null;
        Assert.Null(SampleAfter(1).Pool.Size);
    }

    [Fact]
    public void Sample_OverloadComesAndGoes_IsInItAndNotWhereNobodyAsks()
    {
        _source.IsOverloaded = true;
        Assert.True(SampleAfter(0).Pool.IsOverloaded);
        _source.IsOverloaded = false;
        Assert.False(SampleAfter(1).Pool.IsOverloaded);
        _source.IsOverloaded = null;
        Assert.Null(SampleAfter(1).Pool.IsOverloaded);
    }

    [Fact]
    public void Sample_AdaptivePool_HasItsLastDecision()
    {
        var decision = new PoolDecision("grown", 20, 22, false, 0.005, 0.0051, 1.08, 19.5, 3900);
        _source.Decision = decision;
        Assert.Equal(decision, SampleAfter(0).Pool.Decision);
    }

    [Fact]
    public void Sample_CountsGrow_RatesAreOverTheTimeThatHasPassed()
    {
        _source.Accepted = 1000;
        Assert.Equal(0, SampleAfter(0).AcceptedPerSecond);
        _source.Accepted = 1030;
        _source.Finished["completed"] = 20;
        _source.Finished["rejected"] = 5;
        EndpointSample sample = SampleAfter(2.5);
        Assert.Equal((12, 10), (sample.AcceptedPerSecond, sample.FinishedPerSecond));
        Assert.Equal(new Dictionary<string, double> { ["completed"] = 8, ["rejected"] = 2 }, sample.OutcomesPerSecond);
        sample = SampleAfter(1);
        Assert.Equal((0, 0), (sample.AcceptedPerSecond, sample.FinishedPerSecond));
        Assert.Empty(sample.OutcomesPerSecond);
    }

    [Fact]
    public void Sample_Durations_ArePercentilesOfTheCompletedOnly()
    {
        _source.Record(0.5, "completed");
        _source.Record(0.0001, "rejected");
        _source.Record(60, "work_timeout");
        EndpointSample sample = SampleAfter(1);
        Assert.Equal(0.5, sample.P50!.Value, 0.001);
        Assert.Equal(0.5, sample.P99!.Value, 0.001);
        Assert.Null(SampleAfter(70).P50);
    }

    [Fact]
    public void Record_ThroughTheMeter_AllocatesNothing()
    {
        _source.Record(0.5, "completed");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _source.Record(0.5, "completed");
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.NotNull(SampleAfter(1).P50);
    }

    [Fact]
    public void Sample_MeterOfAnotherServer_IsNotSeen()
    {
        using var other = new FakeSource { Accepted = 77 };
        other.Record(9, "completed");
        EndpointSample sample = SampleAfter(1);
        Assert.Equal(0, sample.Accepted);
        Assert.Null(sample.P99);
    }

    [Fact]
    public void Now_ManySamples_KeepsTwoMinutesOldestFirst()
    {
        for (int i = 1; i <= 500; i++)
        {
            _source.Accepted = i;
            SampleAfter(1);
        }

        Assert.Equal(
            Enumerable.Range(381, 120).Select(value => (long)value),
            _sampler.Now.History.Select(json => JsonSerializer.Deserialize(json, LiveJson.Default.LiveSample)!.Endpoints[0].Accepted));
    }

    [Fact]
    public async Task Start_ClockTicks_SamplesAtOnceAndEverySecond()
    {
        await _sampler.StartAsync(CancellationToken.None);
        while (_sampler.Now.History.Count < 3)
        {
            await _clock.AdvanceUntilAsync(_sampler.Now.Passed, TimeSpan.FromSeconds(1));
        }

        await _sampler.StopAsync(CancellationToken.None).OrHang();
    }

    [Fact]
    public async Task Start_StateCantBeRead_LogsAndGoesOn()
    {
        _source.State = null;
        using var logger = new CollectingLogger();
        using var sampler = new LiveSampler(_source, _clock, new Logger<LiveSampler>(logger));
        Task first = sampler.Now.Passed;
        await sampler.StartAsync(CancellationToken.None);
        await _source.StateWasAsked.Task.OrHang();
        Assert.False(first.IsCompleted);
        _source.State = new LiveState("ready", []);
        await _clock.AdvanceUntilAsync(first, TimeSpan.FromSeconds(1));
        Assert.NotEmpty(logger.Named("LiveSampleFailed"));
        await sampler.StopAsync(CancellationToken.None).OrHang();
    }

    private LiveSample Latest() => JsonSerializer.Deserialize(_sampler.Now.History[^1], LiveJson.Default.LiveSample)!;

    private EndpointSample SampleAfter(double seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        _sampler.Sample();
        return Latest().Endpoints[0];
    }
}
