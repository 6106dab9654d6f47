using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LoadClient.Reporting.Charts;

/// <summary>How many connections took how long.</summary>
internal static class HistogramChart
{
    public static Chart Create(string id, string title, LatencyReport latency)
    {
        if (latency.Buckets.Count == 0)
        {
            return new Chart(title, "", null);
        }

        IReadOnlyList<BucketReport> buckets = latency.Min < latency.Max ? latency.Buckets : [Around(latency)];
        double width = buckets[0].ToMilliseconds - buckets[0].FromMilliseconds;
        BucketReport? tail = Tail(buckets, width);
        var bars = new RectangleBarSeries { StrokeThickness = 0, EdgeRenderingMode = EdgeRenderingMode.PreferGeometricAccuracy };
        foreach (BucketReport bucket in buckets)
        {
            // The tail would squash all others; it gets a bar of their width, a little apart.
            double start = bucket == tail ? bucket.FromMilliseconds + (0.5 * width) : bucket.FromMilliseconds;
            OxyColor color = ChartColors.Of(bucket == tail ? ChartRole.Muted : ChartRole.Series1);
            bars.Items.Add(new RectangleBarItem(start + (0.06 * width), 0, start + (0.94 * width), bucket.Count) { Color = color });
        }

        double labelled = tail?.FromMilliseconds ?? double.PositiveInfinity;
        LinearAxis horizontal = new LinearAxis { LabelFormatter = value => value > labelled ? "" : value.ToString("#,0.###", CultureInfo.InvariantCulture) }.Horizontal("ms");
        double margin = latency.Min < latency.Max ? 0 : 5 * width;
        horizontal.Minimum = buckets[0].FromMilliseconds - margin;
        horizontal.Maximum = buckets[^1].FromMilliseconds + margin + (tail is null ? width : 1.6 * width);
        LinearAxis vertical = new LinearAxis { MinimumMajorStep = 1 }.Vertical("connections");
        vertical.FromZero(buckets.Max(bucket => bucket.Count));

        PlotModel model = ChartModel.Create(horizontal, vertical);
        model.Series.Add(bars);
        string note = tail is null ? "" : $"The last bar, set apart, holds the {Units.Count(tail.Count)} from {Units.Milliseconds(tail.FromMilliseconds)} to {Units.Milliseconds(tail.ToMilliseconds)} ms.";
        return new Chart(title, note, ChartSvg.Inline(model, id, $"{title}: connections by milliseconds"));
    }

    /// <summary>All values are equal: one bar, with the value in its middle.</summary>
    private static BucketReport Around(LatencyReport latency)
    {
        double half = Math.Max(0.001, 0.005 * latency.Max);
        return new BucketReport(latency.Max - half, latency.Max + half, latency.Count);
    }

    private static BucketReport? Tail(IReadOnlyList<BucketReport> buckets, double width) =>
        buckets.Count > 1 && buckets[^1].ToMilliseconds - buckets[^1].FromMilliseconds > 1.5 * width ? buckets[^1] : null;
}
