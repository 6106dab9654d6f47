using KestrelRaw.Admin.Pools;
using KestrelRaw.Connections.Diagnostics;

namespace KestrelRaw.Admin.Live;

/// <summary>What the meter says of one endpoint. All but <see cref="Latency"/>'s recording belongs to the sampler's thread.</summary>
internal sealed class EndpointReadings(string name, string pool)
{
    private static readonly string[] Outcomes = [.. ConnectionOutcomeNames.All.Select(outcome => outcome.ToName())];

    private long _accepted;
    private long _active;
    private long _acceptErrors;
    private long? _backlog;
    private long? _size;
    private long _inUse;
    private long _queued;
    private bool? _isOverloaded;
    private long _acceptedBefore;
    private Dictionary<string, long> _finished = [];
    private Dictionary<string, long> _finishedBefore = [];

    public string Name => name;

    public LatencyWindow Latency { get; } = new();

    /// <summary>Before a collection: gauges that are absent have no value.</summary>
    public void Begin()
    {
        _backlog = null;
        _size = null;
        _isOverloaded = null;
        _acceptedBefore = _accepted;
        (_finishedBefore, _finished) = (_finished, _finishedBefore);
        _finished.Clear();
    }

    /// <summary>One measurement of a collection.</summary>
    public void Set(string instrument, string? outcome, long value)
    {
        switch (instrument)
        {
            case "kestrelraw.connections.accepted":
                _accepted = value;
                break;
            case "kestrelraw.connections.active":
                _active = value;
                break;
            case "kestrelraw.connections.finished" when outcome is not null && value > 0:
                _finished[outcome] = value;
                break;
            case "kestrelraw.accept.errors":
                _acceptErrors = value;
                break;
            case "kestrelraw.accept.backlog":
                _backlog = value;
                break;
            case "kestrelraw.pool.size":
                _size = value;
                break;
            case "kestrelraw.pool.in_use":
                _inUse = value;
                break;
            case "kestrelraw.pool.queued":
                _queued = value;
                break;
            case "kestrelraw.pool.overloaded":
                _isOverloaded = value > 0;
                break;
        }
    }

    /// <param name="seconds">Since the collection before; 0 for the first, which has no rates.</param>
    /// <param name="decision">The last one about the pool's size; null: nobody decides.</param>
    public EndpointSample ToSample(double seconds, PoolDecision? decision = null)
    {
        double PerSecond(long now, long before) => seconds > 0 ? Math.Round((now - before) / seconds, 1) : 0;
        var finished = Outcomes.Where(_finished.ContainsKey).ToDictionary(outcome => outcome, outcome => _finished[outcome]);
        var rates = finished
            .Select(pair => KeyValuePair.Create(pair.Key, PerSecond(pair.Value, _finishedBefore.GetValueOrDefault(pair.Key))))
            .Where(pair => pair.Value > 0)
            .ToDictionary();
        return new EndpointSample(
            name,
            new PoolSample(pool, _size, _inUse, _queued, _isOverloaded, decision),
            _backlog,
            _accepted,
            _active,
            finished,
            _acceptErrors,
            PerSecond(_accepted, _acceptedBefore),
            PerSecond(_finished.Values.Sum(), _finishedBefore.Values.Sum()),
            rates,
            Latency.GetPercentile(50),
            Latency.GetPercentile(99));
    }
}
