using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Text.Json;
using KestrelRaw.Connections.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Admin.Live;

/// <summary>
/// Once a second it reads the meter that /metrics reads too, so both always agree, and keeps the last two minutes. It runs
/// whether a page is open or not: who opens one sees what has been.
/// </summary>
internal sealed partial class LiveSampler : BackgroundService
{
    public const int Kept = 120;

    private const string Duration = "kestrelraw.connection.duration";
    private const string EndpointTag = "kestrelraw.endpoint";
    private const string OutcomeTag = "outcome";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly string Completed = ConnectionOutcome.Completed.ToName();

    private readonly ILiveSource _source;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<LiveSampler> _logger;
    private readonly MeterListener _listener = new();
    private readonly ImmutableArray<EndpointReadings> _endpoints;
    private readonly Dictionary<string, EndpointReadings> _byName;
    private readonly long _start;
    private TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableQueue<string> _history = [];
    private int _count;
    private TimeSpan? _before;
    private volatile LiveMoment _now;

    public LiveSampler(ILiveSource source, TimeProvider timeProvider, ILogger<LiveSampler> logger)
    {
        _source = source;
        _timeProvider = timeProvider;
        _logger = logger;
        _start = timeProvider.GetTimestamp();
        LiveServer server = source.Describe();
        _endpoints = [.. server.Endpoints.Select(endpoint => new EndpointReadings(endpoint.Name, endpoint.Pool))];
        _byName = _endpoints.ToDictionary(endpoint => endpoint.Name, StringComparer.OrdinalIgnoreCase);
        _now = new LiveMoment(Serialize(server), [], _passed.Task);
        _listener.InstrumentPublished = Listen;
        _listener.SetMeasurementEventCallback<long>(OnCount);
        _listener.SetMeasurementEventCallback<double>(OnDuration);
        _listener.Start();
    }

    /// <summary>The latest; never waits.</summary>
    public LiveMoment Now => _now;

    public override void Dispose()
    {
        _listener.Dispose();
        base.Dispose();
    }

    /// <summary>One sample.</summary>
    internal void Sample()
    {
        TimeSpan elapsed = _timeProvider.GetElapsedTime(_start);
        foreach (EndpointReadings endpoint in _endpoints)
        {
            endpoint.Begin();
        }

        _listener.RecordObservableInstruments();
        foreach (EndpointReadings endpoint in _endpoints)
        {
            endpoint.Latency.Advance(elapsed);
        }

        LiveState state = _source.ReadState();
        double seconds = _before is { } before ? (elapsed - before).TotalSeconds : 0;
        var sample = new LiveSample(
            _timeProvider.GetUtcNow().ToUnixTimeMilliseconds(), state.State, state.Reasons, [.. _endpoints.Select(endpoint => endpoint.ToSample(seconds, _source.ReadDecision(endpoint.Name)))]);
        _before = elapsed;
        Publish(JsonSerializer.Serialize(sample, LiveJson.Default.LiveSample));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, _timeProvider);
        do
        {
            try
            {
                Sample();
            }
            catch (Exception exception)
            {
                // The page stands still and says so; health checks and metrics must not end with it.
                SampleFailed(_logger, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static string Serialize(LiveServer server) => JsonSerializer.Serialize(server, LiveJson.Default.LiveServer);

    private static string? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, string key)
    {
        foreach ((string name, object? value) in tags)
        {
            if (name == key)
            {
                return value as string;
            }
        }

        return null;
    }

    private void Publish(string sample)
    {
        _history = _history.Enqueue(sample);
        if (++_count > Kept)
        {
            _history = _history.Dequeue();
            _count = Kept;
        }

        TaskCompletionSource passed = _passed;
        _passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _now = new LiveMoment(Serialize(_source.Describe()), [.. _history], _passed.Task);
        passed.SetResult();
    }

    private void Listen(Instrument instrument, MeterListener listener)
    {
        // Other servers may run in this process, with meters of the same name: in tests they do.
        if (instrument.Meter.Name == ConnectionMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, _source.MeterScope)
            && (instrument.IsObservable || instrument.Name == Duration))
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    private void OnCount(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (Find(tags, EndpointTag) is { } name && _byName.TryGetValue(name, out EndpointReadings? endpoint))
        {
            endpoint.Set(instrument.Name, Find(tags, OutcomeTag), value);
        }
    }

    /// <summary>On the threads of the connections. Those that were turned away or broke off would hide how long the served ones take.</summary>
    private void OnDuration(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (Find(tags, OutcomeTag) == Completed
            && Find(tags, EndpointTag) is { } name && _byName.TryGetValue(name, out EndpointReadings? endpoint))
        {
            endpoint.Latency.Record(seconds);
        }
    }

    [LoggerMessage(65, LogLevel.Error, "The live page's sample of this second failed", EventName = "LiveSampleFailed")]
    private static partial void SampleFailed(ILogger logger, Exception exception);
}
