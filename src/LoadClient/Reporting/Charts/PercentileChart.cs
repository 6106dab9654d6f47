using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LoadClient.Reporting.Charts;

/// <summary>Latency by percentile, as HdrHistogram draws it: each further nine takes as much room as the one before.</summary>
internal static class PercentileChart
{
    private static readonly double[] Named = [0, 50, 90, 99, 99.9, 99.99, 99.999];

    public static Chart Create(string id, LatencyReport total, double? expectDelaySeconds)
    {
        const string Title = "Latency by percentile";
        if (total.Count == 0)
        {
            return new Chart(Title, "", null);
        }

        DataPoint[] points = [.. Points(total)];
        double end = points[^1].X;
        double? delay = 1000 * expectDelaySeconds;
        TickAxis horizontal = new TickAxis(Named.Select(Tick).Where(tick => tick.Key <= end)).Horizontal("percentile");
        horizontal.Minimum = -0.02 * end;
        horizontal.Maximum = 1.03 * end;
        LinearAxis vertical = new LinearAxis().Vertical("total time, ms");
        vertical.Around([.. points.Select(point => point.Y), delay ?? points[0].Y]);

        PlotModel model = ChartModel.Create(horizontal, vertical);
        if (delay is { } best)
        {
            model.Series.Add(ChartModel.Ideal("expected delay", new DataPoint(0, best), new DataPoint(end, best)));
            model.AddLegend();
        }

        model.Series.Add(ChartModel.Line(0, "total time", points));
        LineSeries marks = ChartModel.Line(0, "", [.. points.Where(point => point.X == end || Named.Any(name => Tick(name).Key == point.X))]);
        marks.LineStyle = LineStyle.None;
        marks.RenderInLegend = false;
        model.Series.Add(marks);
        return new Chart(Title, "The curve ends with the maximum.", ChartSvg.Inline(model, id, $"{Title}: total time in milliseconds"));
    }

    /// <summary>Of n connections none is above the percentile 1 - 1/n but the slowest: there the curve ends.</summary>
    private static IEnumerable<DataPoint> Points(LatencyReport total)
    {
        double end = Math.Max(1, Math.Log10(total.Count));
        return total.Percentiles
            .Where(point => point.Percentile < 100)
            .Select(point => new DataPoint(Position(point.Percentile), point.Milliseconds))
            .Where(point => point.X < end)
            .Append(new DataPoint(end, total.Max));
    }

    private static KeyValuePair<double, string> Tick(double percentile) => new(Position(percentile), percentile.ToString(CultureInfo.InvariantCulture));

    private static double Position(double percentile) => Math.Log10(100 / (100 - percentile));
}
