using KestrelRaw.Connections.Tests.Adaptation.Simulation;

namespace KestrelRaw.Connections.Tests.Adaptation;

/// <summary>An hour of virtual time.</summary>
public sealed class HourTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("constant")]
    [InlineData("exponential")]
    public void Size_OneHour_DoesNotDrift(string service)
    {
        Scenario scenario = new()
        {
            Name = service,
            Service = Scenarios.ServiceOf(service, 0.005),
            Phases = [Scenarios.Closed(3600, 16)],
        };
        PhaseRecord record = Simulator.Run(scenario, new OurSize(20))[0];
        int[] quarters = [.. Enumerable.Range(0, 4).Select(quarter => record.MedianSize(quarter / 4.0, (quarter + 1) / 4.0))];
        output.WriteLine($"{service}: throughput {record.Throughput * 0.005 / 16:0.000}, sizes {record.MeasuredSizes.Min()}..{record.MeasuredSizes.Max()}, medians {string.Join(", ", quarters)}");
        Assert.InRange(quarters.Max() - quarters.Min(), 0, 3);
        Assert.True(record.Throughput * 0.005 / 16 >= 0.95);
        Assert.All(record.MeasuredSizes, size => Assert.InRange(size, 16 / 2.5, 16 * 2.5));
    }
}
