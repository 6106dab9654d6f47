using System.Globalization;
using System.Text.RegularExpressions;

using LoadClient.Reporting;
using LoadClient.Reporting.Charts;
using LoadClient.Tests.Reporting.Html;

namespace LoadClient.Tests.Reporting.Charts;

public sealed partial class ChartTests
{
    [Fact]
    public void Inline_AnyChart_HasOnlyThePagesColors()
    {
        string svg = PercentileChart.Create("id", SampleReports.Article().Latencies.Total, 0.5).Svg!;
        Assert.Contains("var(--series-1)", svg, StringComparison.Ordinal);
        Assert.All(Color().Matches(svg), color => Assert.Matches(@"^(var\(--[a-z0-9-]+\)|none)$", color.Value));
    }

    [Fact]
    public void Percentiles_AThousandConnections_EndAtTheirMaximum()
    {
        string svg = PercentileChart.Create("id", SampleReports.Of([.. Enumerable.Range(1, 1000).Select(value => (double)value)]).Latencies.Total, null).Svg!;
        Assert.Contains(">99<", svg, StringComparison.Ordinal);
        Assert.DoesNotContain(">99.99<", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Histogram_FarOutlier_DoesNotSetTheScale()
    {
        Chart chart = HistogramChart.Create("id", "Processing", SampleReports.Of([.. Enumerable.Range(0, 1000).Select(value => 1 + (value / 1000.0)), 30_000]).Latencies.Processing);
        Assert.Contains("to 30,000.0 ms", chart.Note, StringComparison.Ordinal);
        Assert.All(Labels(chart), label => Assert.InRange(label, 0, 20));
    }

    [Fact]
    public void Histogram_NoOutlier_HasNoNote() =>
        Assert.Empty(HistogramChart.Create("id", "Processing", SampleReports.Of(5, 5, 5).Latencies.Processing).Note);

    [Fact]
    public void Throughput_AFewLastMilliseconds_AreNoRateOfTheirOwn()
    {
        TimelinePointReport[] points = [new(0, 1, 1000, 0, 500, 500, 500), new(1, 1, 1000, 0, 500, 500, 500), new(2, 0.01, 500, 0, 500, 500, 500)];
        Assert.All(Labels(ThroughputChart.Create("id", new TimelineReport(1, points))), label => Assert.InRange(label, 0, 2000));
    }

    [Fact]
    public void LatencyOverTime_SecondsWithoutAGoodConnection_AreAGap()
    {
        TimelinePointReport[] points = [new(0, 1, 9, 0, 500, 510, 510), new(1, 1, 0, 9, null, null, null), new(2, 1, 9, 0, 500, 510, 510)];
        Assert.DoesNotContain("NaN", LatencyOverTimeChart.Create("id", new TimelineReport(1, points)).Svg, StringComparison.Ordinal);
    }

    private static IEnumerable<double> Labels(Chart chart) =>
        Text().Matches(chart.Svg!).Select(text => double.TryParse(text.Value, CultureInfo.InvariantCulture, out double number) ? number : 0);

    [GeneratedRegex("(?<=(fill|stroke)[:=]\"?)[^;\"-]+[^;\"]*")]
    private static partial Regex Color();

    [GeneratedRegex("(?<=>)[^<]+(?=</text>)")]
    private static partial Regex Text();
}
