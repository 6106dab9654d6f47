using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using KestrelRaw.Connections.Adaptation;

namespace KestrelRaw.Connections.Diagnostics;

/// <summary>What the meter shows of pools that find their own size. Everything is read when somebody collects.</summary>
internal sealed class AdaptationMetrics
{
    private const string ReasonTag = "reason";

    private readonly ConcurrentDictionary<string, AdaptivePoolSize> _adaptations = new(StringComparer.OrdinalIgnoreCase);

    public AdaptationMetrics(Meter meter)
    {
        meter.CreateObservableCounter("kestrelraw.pool.adaptation.decisions", ObserveDecisions, "{decision}", "Decisions about the size of a pool that finds its own, by reason.");
        meter.CreateObservableGauge("kestrelraw.pool.adaptation.minimum_latency", () => Observe(static decision => decision.MinimumLatency?.TotalSeconds), "s", "The work's mean latency in the last probe; absent before the first.");
        meter.CreateObservableGauge("kestrelraw.pool.adaptation.sample_latency", () => Observe(static decision => decision.SampleLatency?.TotalSeconds), "s", "The work's mean latency in the last sampling window.");
        meter.CreateObservableGauge("kestrelraw.pool.adaptation.gradient", () => Observe(static decision => decision.Gradient), "1", "The factor that the latency asked for in the last sampling window.");
        meter.CreateObservableGauge("kestrelraw.pool.adaptation.in_flight", () => Observe(static decision => decision.InFlight), "{connection}", "Works at once in the last sampling window, on average.");
    }

    public void Add(AdaptivePoolSize adaptation) => _adaptations[adaptation.PoolName] = adaptation;

    private IEnumerable<AdaptivePoolSize> Present()
    {
        foreach (KeyValuePair<string, AdaptivePoolSize> entry in _adaptations)
        {
            if (!entry.Value.IsDisposed)
            {
                yield return entry.Value;
                continue;
            }

            _adaptations.TryRemove(entry);
        }
    }

    /// <summary>Every reason, also those that did not occur: a series that begins with its first event hides that event from rates.</summary>
    private IEnumerable<Measurement<long>> ObserveDecisions()
    {
        foreach (AdaptivePoolSize adaptation in Present())
        {
            foreach (AdaptationReason reason in AdaptationReasonNames.All)
            {
                yield return new Measurement<long>(adaptation.Count(reason), new(ConnectionMetrics.PoolTag, adaptation.PoolName), new(ReasonTag, reason.ToName()));
            }
        }
    }

    private IEnumerable<Measurement<double>> Observe(Func<AdaptationDecision, double?> read)
    {
        foreach (AdaptivePoolSize adaptation in Present())
        {
            if (read(adaptation.LastDecision) is { } value)
            {
                yield return new Measurement<double>(value, new KeyValuePair<string, object?>(ConnectionMetrics.PoolTag, adaptation.PoolName));
            }
        }
    }
}
