using System.Globalization;
using KestrelRaw.Connections.Tests.Adaptation.Peers;

namespace KestrelRaw.Connections.Tests.Adaptation.Simulation;

/// <summary>One scenario with every algorithm, beside the best that a fixed size could have done, chosen in hindsight for each phase.</summary>
internal sealed class Comparison
{
    public const string Ours = "ours";

    private const int Seed = 7;

    private static readonly int[] FixedSizes = [8, 12, 16, 20, 32, 500];

    private readonly Scenario _scenario;
    private readonly IReadOnlyList<IReadOnlyList<PhaseRecord>> _fixed;

    public Comparison(Scenario scenario)
    {
        _scenario = scenario;
        _fixed = [.. FixedSizes.Select(size => Simulator.Run(scenario, new FixedSize(size), Seed))];
        Results =
        [
            Run($"fixed {scenario.StartSize}", new FixedSize(scenario.StartSize)),
            Run("AIMD", new Aimd(scenario.StartSize)),
            Run("Vegas", new Vegas(scenario.StartSize, new Random(Seed))),
            Run("Gradient2", new Gradient2(scenario.StartSize)),
            Run(Ours, new OurSize(scenario.StartSize, Seed)),
        ];
    }

    public IReadOnlyList<ComparisonResult> Results { get; }

    /// <summary>In Markdown.</summary>
    public IEnumerable<string> Rows()
    {
        string best = string.Join(", ", Enumerable.Range(0, _scenario.Phases.Count).Select(phase => FixedSizes[BestFixed(phase)]));
        yield return $"| **{_scenario.Name}** (best fixed: {best}) | | | | | |";
        foreach (ComparisonResult result in Results)
        {
            string converged = result.Converged is { } seconds ? Number(seconds, 0) + " s" : "-";
            yield return $"| {result.Algorithm} | {Number(result.Throughput, 3)} | {Number(result.TotalLatency, 2)} | {Number(result.WorkLatency, 2)} | {converged} | {string.Join(", ", result.Sizes)} |";
        }
    }

    private ComparisonResult Run(string name, ISizeAlgorithm algorithm)
    {
        IReadOnlyList<PhaseRecord> records = Simulator.Run(_scenario, algorithm, Seed);
        var phases = records.Select((record, phase) => (Record: record, Best: _fixed[BestFixed(phase)][phase], Most: _fixed.Max(run => run[phase].Throughput))).ToList();
        return new ComparisonResult
        {
            Algorithm = name,
            Throughput = phases.Min(static phase => phase.Record.Throughput / phase.Most),
            TotalLatency = phases.Max(static phase => phase.Record.Total.Percentile(0.99) / phase.Best.Total.Percentile(0.99)),
            WorkLatency = phases.Max(static phase => phase.Record.Work.Percentile(0.99) / phase.Best.Work.Percentile(0.99)),
            Converged = records.Any(static record => record.Converged is null) ? null : records.Max(static record => record.Converged),
            Sizes = [.. records.Select(static record => record.MedianSize(0.9, 1))],
        };
    }

    /// <summary>Of the sizes with (nearly) the most throughput and (nearly) the least total p99, the one with the least p99 of the work.</summary>
    private int BestFixed(int phase)
    {
        double most = _fixed.Max(run => run[phase].Throughput);
        var fast = Enumerable.Range(0, FixedSizes.Length).Where(size => _fixed[size][phase].Throughput >= 0.98 * most).ToList();
        double least = fast.Min(size => _fixed[size][phase].Total.Percentile(0.99));
        return fast.Where(size => _fixed[size][phase].Total.Percentile(0.99) <= 1.05 * least).MinBy(size => _fixed[size][phase].Work.Percentile(0.99));
    }

    private static string Number(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);
}
