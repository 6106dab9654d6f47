using KestrelRaw.Connections.Tests.Adaptation.Simulation;

namespace KestrelRaw.Connections.Tests.Adaptation;

/// <summary>What issue 7 asks of the algorithm, in virtual time.</summary>
public sealed class SteadyPhaseTests(ITestOutputHelper output)
{
    public static TheoryData<string, int> Starts()
    {
        var starts = new TheoryData<string, int>();
        foreach (string service in (string[])["constant", "exponential", "lognormal"])
        {
            starts.Add(service, 20);
            starts.Add(service, 200);
        }

        return starts;
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public void Size_BackEndChanges_KeepsItBusyWithoutCrowdingIt(string service, int start)
    {
        Scenario scenario = Scenarios.Changing(service, Scenarios.ServiceOf(service, 0.005), start, 180);
        var ours = new OurSize(start);
        IReadOnlyList<PhaseRecord> records = Simulator.Run(scenario, ours);
        foreach (PhaseRecord record in records)
        {
            double best = record.Phase.Slots / scenario.Service.Mean;
            output.WriteLine($"K={record.Phase.Slots}: throughput {record.Throughput / best:0.000}, size {record.MeasuredSizes.Min()}..{record.MeasuredSizes.Max()}, converged {record.Converged:0.0} s");
        }

        Assert.All(records, record =>
        {
            Assert.True(record.Throughput >= 0.95 * record.Phase.Slots / scenario.Service.Mean);
            Assert.All(record.MeasuredSizes, size => Assert.InRange(size, record.Phase.Slots / 2.5, record.Phase.Slots * 2.5));
            Assert.InRange(record.Converged ?? double.NaN, 0, 30);
        });
    }
}
