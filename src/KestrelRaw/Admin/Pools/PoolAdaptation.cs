using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Endpoints;

namespace KestrelRaw.Admin.Pools;

/// <summary>How a pool finds its size, as <c>/api/pools</c> shows it.</summary>
/// <param name="Minimum">Its smallest size.</param>
/// <param name="Maximum">Its largest.</param>
/// <param name="LastDecision">Why the size is what it is.</param>
internal sealed record PoolAdaptation(int Minimum, int Maximum, PoolDecision? LastDecision)
{
    public static PoolAdaptation? Of(BoundEndpoint endpoint) => endpoint.Settings.Pool.Adaptive is { } bounds
        ? new PoolAdaptation(bounds.Minimum, bounds.Maximum, PoolDecision.Of(endpoint.Adaptation?.LastDecision))
        : null;
}

/// <summary>An <see cref="AdaptationDecision"/> in the units of the metrics: seconds, and works per second.</summary>
internal sealed record PoolDecision(
    string Reason,
    int SizeBefore,
    int Size,
    bool IsProbing,
    double? MinimumLatency,
    double? SampleLatency,
    double? Gradient,
    double InFlight,
    double Throughput)
{
    public static PoolDecision? Of(AdaptationDecision? decision) => decision is null ? null : new PoolDecision(
        decision.Reason.ToName(), decision.SizeBefore, decision.Size, decision.IsProbing, decision.MinimumLatency?.TotalSeconds,
        decision.SampleLatency?.TotalSeconds, decision.Gradient, decision.InFlight, decision.Throughput);
}
