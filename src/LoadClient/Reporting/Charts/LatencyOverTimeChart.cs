using OxyPlot;
using OxyPlot.Axes;

namespace LoadClient.Reporting.Charts;

/// <summary>Median and percentile 99 of the total time, over the run.</summary>
internal static class LatencyOverTimeChart
{
    public static Chart Create(string id, TimelineReport timeline)
    {
        const string Title = "Latency over time";
        double[] values = [.. timeline.Points.SelectMany(point => new[] { point.P50, point.P99 }).OfType<double>()];
        if (values.Length == 0)
        {
            return new Chart(Title, "", null);
        }

        LinearAxis horizontal = new LinearAxis().Horizontal("seconds since the start");
        horizontal.Minimum = 0;
        horizontal.Maximum = 1.02 * (timeline.Points[^1].StartSeconds + timeline.Points[^1].LengthSeconds);
        LinearAxis vertical = new LinearAxis().Vertical("total time, ms");
        vertical.Around(values);

        PlotModel model = ChartModel.Create(horizontal, vertical);
        model.Series.Add(ChartModel.Line(0, "p50", Middles(timeline, point => point.P50)));
        model.Series.Add(ChartModel.Line(1, "p99", Middles(timeline, point => point.P99)));
        model.AddLegend();
        return new Chart(Title, "", ChartSvg.Inline(model, id, $"{Title}: p50 and p99 of the total time in milliseconds"));
    }

    /// <summary>An interval without a good connection has no latency: the line has a gap there.</summary>
    private static DataPoint[] Middles(TimelineReport timeline, Func<TimelinePointReport, double?> value) =>
        [.. timeline.Points.Select(point => new DataPoint(point.StartSeconds + (0.5 * point.LengthSeconds), value(point) ?? double.NaN))];
}
