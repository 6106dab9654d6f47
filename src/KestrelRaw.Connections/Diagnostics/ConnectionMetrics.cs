using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using KestrelRaw.Connections.Adaptation;

namespace KestrelRaw.Connections.Diagnostics;

/// <summary>
/// The meter <c>KestrelRaw.Connections</c>. Counts and gauges are read when somebody collects; only the two histograms
/// cost anything per connection, and only while somebody listens. Tags have few values: the endpoint, the pool, the
/// outcome; never a client's address.
/// </summary>
public sealed class ConnectionMetrics
{
    /// <summary>The meter's name, for <c>AddMeter</c> and the like.</summary>
    public const string MeterName = "KestrelRaw.Connections";

    internal const string PoolTag = "kestrelraw.pool";
    private const string EndpointTag = "kestrelraw.endpoint";
    private const string OutcomeTag = "outcome";

    // Prometheus' usual steps, finer around the half second that this server waits by default, and up to the timeouts.
    private static readonly double[] Seconds =
        [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.49, 0.5, 0.501, 0.505, 0.51, 0.525, 0.55, 0.6, 0.75, 1, 2.5, 5, 10, 30, 60];

    private readonly ConcurrentDictionary<string, ObservedEndpoint> _endpoints = new(StringComparer.OrdinalIgnoreCase);
    private readonly CollectedCounts _counts;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _poolWait;

    /// <summary>Made with the first: who has no pool that finds its own size has no instruments of it.</summary>
    private readonly Lazy<AdaptationMetrics> _adaptations;

    /// <param name="meterFactory">Owns the meter.</param>
    internal ConnectionMetrics(IMeterFactory meterFactory)
    {
        _counts = new CollectedCounts(() => [.. _endpoints.Select(static endpoint => new EndpointCounts(endpoint.Key, endpoint.Value.Counters.Snapshot()))], TimeProvider.System);
        Meter meter = meterFactory.Create(MeterName);
        meter.CreateObservableCounter("kestrelraw.connections.accepted", () => Observe("accepted", static counts => counts.Accepted), "{connection}", "Connections accepted.");
        meter.CreateObservableUpDownCounter("kestrelraw.connections.active", () => Observe("active", static counts => counts.Active), "{connection}", "Connections accepted that have not ended.");
        meter.CreateObservableCounter("kestrelraw.connections.finished", ObserveFinished, "{connection}", "Connections that have ended, by outcome.");
        meter.CreateObservableCounter("kestrelraw.accept.errors", () => Observe("errors", static counts => counts.AcceptErrors), "{error}", "Calls of accept that failed, or that were put off for want of descriptors.");
        meter.CreateObservableGauge("kestrelraw.accept.backlog", ObserveBacklogs, "{connection}", "Connections in the kernel's accept queue.");
        meter.CreateObservableGauge("kestrelraw.pool.size", () => ObservePools(static pool => pool.Size), "{connection}", "The pool's size; absent while it is unlimited.");
        meter.CreateObservableGauge("kestrelraw.pool.in_use", () => ObservePools(static pool => pool.InUse), "{connection}", "Slots of the pool that this endpoint's connections hold.");
        meter.CreateObservableGauge("kestrelraw.pool.queued", () => ObservePools(static pool => pool.Queued), "{connection}", "Accepted connections that wait for a slot.");
        meter.CreateObservableGauge("kestrelraw.pool.overloaded", () => ObservePools(static pool => pool.IsOverloaded switch { null => null, true => 1, false => 0 }), "{endpoint}", "1 while the endpoint's queue is overloaded, else 0; absent where CoDel is off.");
        var buckets = new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds };
        _duration = meter.CreateHistogram("kestrelraw.connection.duration", "s", "From accept to close.", tags: null, buckets);
        _poolWait = meter.CreateHistogram("kestrelraw.pool.wait.duration", "s", "How long an accepted connection waited for its slot. The wait in the kernel's accept queue is not in it.", tags: null, buckets);
        _adaptations = new Lazy<AdaptationMetrics>(() => new AdaptationMetrics(meter));
    }

    /// <summary>Shows why the size of a pool is what it is, until <paramref name="adaptation"/> is disposed. One for each pool: a later one takes the place of an earlier one.</summary>
    /// <param name="adaptation">A pool that finds its own size.</param>
    public void Add(AdaptivePoolSize adaptation)
    {
        ArgumentNullException.ThrowIfNull(adaptation);
        _adaptations.Value.Add(adaptation);
    }

    /// <summary>Shows an endpoint from now on. An endpoint with several listening sockets is added for each.</summary>
    internal void Add(string endpoint, ConnectionCounters counters, IPoolStatus pool, Func<int?> readBacklog) =>
        _endpoints.AddOrUpdate(
            endpoint,
            static (_, added) => new ObservedEndpoint(added.counters, added.pool, [added.readBacklog]),
            static (_, known, added) => known with { Pool = added.pool, Backlogs = [.. known.Backlogs, added.readBacklog] },
            (counters, pool, readBacklog));

    internal void RecordDuration(string endpoint, ConnectionOutcome outcome, TimeSpan duration)
    {
        if (_duration.Enabled)
        {
            _duration.Record(duration.TotalSeconds, new(EndpointTag, endpoint), new(OutcomeTag, outcome.ToName()));
        }
    }

    internal void RecordPoolWait(string endpoint, string pool, TimeSpan wait)
    {
        if (_poolWait.Enabled)
        {
            _poolWait.Record(wait.TotalSeconds, new(EndpointTag, endpoint), new(PoolTag, pool));
        }
    }

    private IEnumerable<Measurement<long>> Observe(string instrument, Func<ConnectionCounts, long> read)
    {
        foreach ((string name, ConnectionCounts counts) in _counts.For(instrument))
        {
            yield return new Measurement<long>(read(counts), new KeyValuePair<string, object?>(EndpointTag, name));
        }
    }

    private IEnumerable<Measurement<long>> ObserveBacklogs()
    {
        foreach ((string name, ObservedEndpoint endpoint) in _endpoints)
        {
            if (endpoint.ReadBacklog() is { } depth)
            {
                yield return new Measurement<long>(depth, new KeyValuePair<string, object?>(EndpointTag, name));
            }
        }
    }

    private IEnumerable<Measurement<long>> ObservePools(Func<IPoolStatus, int?> read)
    {
        foreach ((string name, ObservedEndpoint endpoint) in _endpoints)
        {
            if (read(endpoint.Pool) is { } value)
            {
                yield return new Measurement<long>(value, new(EndpointTag, name), new(PoolTag, endpoint.Pool.PoolName));
            }
        }
    }

    /// <summary>Every outcome of every endpoint, also those that have not happened: a series that begins with its first event hides that event from rates.</summary>
    private IEnumerable<Measurement<long>> ObserveFinished()
    {
        foreach ((string name, ConnectionCounts counts) in _counts.For("finished"))
        {
            foreach (ConnectionOutcome outcome in ConnectionOutcomeNames.All)
            {
                yield return new Measurement<long>(counts[outcome], new(EndpointTag, name), new(OutcomeTag, outcome.ToName()));
            }
        }
    }

    private sealed record ObservedEndpoint(ConnectionCounters Counters, IPoolStatus Pool, IReadOnlyList<Func<int?>> Backlogs)
    {
        /// <summary>Null where the kernel can't say.</summary>
        public long? ReadBacklog()
        {
            int?[] depths = [.. Backlogs.Select(static read => read())];
            return depths.Any(static depth => depth is not null) ? depths.Sum(static depth => depth ?? 0) : null;
        }
    }
}
