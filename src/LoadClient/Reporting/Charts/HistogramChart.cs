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

        double width = Width(latency);
        BucketReport? tail = Tail(latency.Buckets, width);
        var bars = new RectangleBarSeries { FillColor = ChartColors.Of(ChartRole.Series1), StrokeThickness = 0 };
        foreach (BucketReport bucket in latency.Buckets)
        {
            // The tail would squash all others; it gets a bar of their width, a little apart.
            double start = bucket == tail ? bucket.FromMilliseconds + (0.5 * width) : bucket.FromMilliseconds;
            OxyColor color = ChartColors.Of(bucket == tail ? ChartRole.Series2 : ChartRole.Series1);
            bars.Items.Add(new RectangleBarItem(start + (0.06 * width), 0, start + (0.94 * width), bucket.Count) { Color = color });
        }

        double labelled = tail?.FromMilliseconds ?? double.PositiveInfinity;
        LinearAxis horizontal = new LinearAxis { LabelFormatter = value => value > labelled ? "" : Number(value) }.Horizontal("ms");
        horizontal.Minimum = latency.Buckets[0].FromMilliseconds;
        horizontal.Maximum = latency.Buckets[^1].FromMilliseconds + (tail is null ? width : 1.6 * width);
        LinearAxis vertical = new LinearAxis().Vertical("connections");
        vertical.FromZero(latency.Buckets.Max(bucket => bucket.Count));
        vertical.MinimumMajorStep = 1;

        PlotModel model = ChartModel.Create(horizontal, vertical);
        model.Series.Add(bars);
        string note = tail is null ? "" : $"The last bar, set apart, holds all {Number(tail.Count)} from {Number(tail.FromMilliseconds)} to {Number(tail.ToMilliseconds)} ms.";
        return new Chart(title, note, ChartSvg.Inline(model, id, $"{title}: connections by milliseconds"));
    }

    /// <summary>Of all buckets but a wide last one. When all values are equal there is one bucket, of no width.</summary>
    private static double Width(LatencyReport latency)
    {
        BucketReport first = latency.Buckets[0];
        double width = first.ToMilliseconds - first.FromMilliseconds;
        return width > 0 ? width : Math.Max(0.001, 0.01 * first.FromMilliseconds);
    }

    private static BucketReport? Tail(IReadOnlyList<BucketReport> buckets, double width) =>
        buckets.Count > 1 && buckets[^1].ToMilliseconds - buckets[^1].FromMilliseconds > 1.5 * width ? buckets[^1] : null;

    private static string Number(double value) => value.ToString("#,0.###", CultureInfo.InvariantCulture);
}
