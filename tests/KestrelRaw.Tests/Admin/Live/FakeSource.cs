using System.Diagnostics.Metrics;
using KestrelRaw.Admin.Live;
using KestrelRaw.Admin.Pools;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Admin.Live;

/// <summary>A server with one endpoint, whose meter says what the test sets.</summary>
internal sealed class FakeSource : ILiveSource, IDisposable
{
    public const string Endpoint = "p";

    private readonly TestMeterFactory _meters = new();
    private readonly Histogram<double> _duration;

    public FakeSource()
    {
        Meter meter = _meters.Create(new MeterOptions(ConnectionMetrics.MeterName));
        KeyValuePair<string, object?> tag = new("kestrelraw.endpoint", Endpoint);
        meter.CreateObservableCounter("kestrelraw.connections.accepted", () => new Measurement<long>(Accepted, tag));
        meter.CreateObservableUpDownCounter("kestrelraw.connections.active", () => new Measurement<long>(Accepted - Finished.Values.Sum(), tag));
        meter.CreateObservableCounter("kestrelraw.connections.finished", () => Finished.Select(pair => new Measurement<long>(pair.Value, tag, new("outcome", pair.Key))));
        meter.CreateObservableCounter("kestrelraw.accept.errors", () => new Measurement<long>(4, tag));
        meter.CreateObservableGauge("kestrelraw.accept.backlog", () => new Measurement<long>(7, tag));
        meter.CreateObservableGauge("kestrelraw.pool.size", () => Size is { } size ? [new Measurement<long>(size, tag)] : Array.Empty<Measurement<long>>());
        meter.CreateObservableGauge("kestrelraw.pool.in_use", () => new Measurement<long>(2, tag));
        meter.CreateObservableGauge("kestrelraw.pool.queued", () => new Measurement<long>(3, tag));
        meter.CreateObservableGauge("kestrelraw.pool.overloaded", () => IsOverloaded is { } isOverloaded ? [new Measurement<long>(isOverloaded ? 1 : 0, tag)] : Array.Empty<Measurement<long>>());
        _duration = meter.CreateHistogram<double>("kestrelraw.connection.duration");
    }

    public object MeterScope => _meters;

    public long Accepted { get; set; }

    public long? Size { get; set; }

    public bool? IsOverloaded { get; set; }

    public Dictionary<string, long> Finished { get; } = new() { ["completed"] = 0, ["rejected"] = 0 };

    public PoolDecision? Decision { get; set; }

    public string Work { get; set; } = "no work";

    /// <summary>Null can't be read.</summary>
    public LiveState? State { get; set; } = new("ready", []);

    public TaskCompletionSource StateWasAsked { get; } = new();

    public void Record(double seconds, string outcome) => _duration.Record(seconds, new("kestrelraw.endpoint", Endpoint), new("outcome", outcome));

    public LiveServer Describe() => new("1.2.3", 0, "open", [new LiveEndpoint(Endpoint, ["tcp://127.0.0.1:1"], "Async", Work, "Http", Endpoint, null, "Queue")]);

    public LiveState ReadState()
    {
        LiveState? state = State;
        StateWasAsked.TrySetResult();
        return state ?? throw new InvalidOperationException("A test's.");
    }

    public PoolDecision? ReadDecision(string endpoint) => Decision;

    public void Dispose() => _meters.Dispose();
}
