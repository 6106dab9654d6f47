using KestrelRaw.Connections.Tests.Adaptation.Simulation;

namespace KestrelRaw.Connections.Tests.Adaptation;

/// <summary>The table of docs/adaptive.md; its output is the rows.</summary>
public sealed class ComparisonTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Scenarios.All.Select(scenario => scenario.Name)];

    /// <summary>
    /// With a noisy neighbour the service time doubles and halves every 20 s, for everybody alike: who ignores latency
    /// loses nothing. docs/adaptive.md says more.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Size_EveryScenario_IsNoWorseThanTheOthers(string name)
    {
        var comparison = new Comparison(Scenarios.All.Single(scenario => scenario.Name == name));
        foreach (string row in comparison.Rows())
        {
            output.WriteLine(row);
        }

        ComparisonResult ours = comparison.Results.Single(result => result.Algorithm == Comparison.Ours);
        if (name.Contains(Scenarios.NoisyNeighbour, StringComparison.Ordinal))
        {
            Assert.InRange(ours.Throughput, 0.9, 1.05);
            Assert.InRange(ours.TotalLatency, 0, 3);
            Assert.InRange(ours.WorkLatency, 0, 1.2);
            return;
        }

        Assert.True(ours.Throughput >= 0.94);
        Assert.All(comparison.Results, other =>
        {
            Assert.True(ours.Throughput >= other.Throughput - 0.015, other.Algorithm);
            Assert.True(ours.TotalLatency <= other.TotalLatency * 1.06, other.Algorithm);
            Assert.True(ours.WorkLatency <= other.WorkLatency * 1.06, other.Algorithm);
        });
    }
}
