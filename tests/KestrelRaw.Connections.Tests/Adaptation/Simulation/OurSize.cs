using KestrelRaw.Connections.Adaptation;

namespace KestrelRaw.Connections.Tests.Adaptation.Simulation;

/// <summary>The real thing.</summary>
internal sealed class OurSize : ISizeAlgorithm
{
    private readonly GradientLimit _limit;

    public OurSize(int start, int seed = 1, AdaptivePoolSizeOptions? options = null)
    {
        _limit = new GradientLimit(options ?? new(), start, new Random(seed));
        Decisions.Add((TimeSpan.Zero, _limit.Restart(TimeSpan.Zero, start, AdaptationReason.Started)));
    }

    public int Limit => _limit.Limit;

    public int Size => _limit.Size;

    public List<(TimeSpan Time, AdaptationDecision Decision)> Decisions { get; } = [];

    public void Begin(TimeSpan now, int inUse) => _limit.Begin(now, inUse);

    public void End(TimeSpan began, TimeSpan now) => Keep(now, _limit.End(began, now, isGood: true));

    public void Look(TimeSpan now) => Keep(now, _limit.Look(now));

    private void Keep(TimeSpan now, AdaptationDecision? decision)
    {
        if (decision is not null)
        {
            Decisions.Add((now, decision));
        }
    }
}
