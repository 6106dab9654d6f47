using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LoadClient.Reporting.Charts;

/// <summary>Good and failed connections a second, over the run.</summary>
internal static class ThroughputChart
{
    public static Chart Create(string id, TimelineReport timeline)
    {
        const string Title = "Throughput and errors over time";
        if (timeline.Points.Count == 0)
        {
            return new Chart(Title, "", null);
        }

        IReadOnlyList<TimelinePointReport> points = WithoutSliver(timeline.Points);
        DataPoint[] good = [.. Steps(points, point => point.Good)];
        DataPoint[] failed = [.. Steps(points, point => point.Failed)];
        LinearAxis horizontal = new LinearAxis().Horizontal("seconds since the start");
        horizontal.Minimum = 0;
        horizontal.Maximum = good[^1].X;
        LinearAxis vertical = new LinearAxis().Vertical("connections a second");
        vertical.FromZero(good.Concat(failed).Max(point => point.Y));

        PlotModel model = ChartModel.Create(horizontal, vertical);
        model.Series.Add(Area(good));
        model.Series.Add(Step(0, "good", good));
        model.Series.Add(Step(1, "failed", failed));
        model.AddLegend();
        return new Chart(Title, "", ChartSvg.Inline(model, id, Title));
    }

    /// <summary>
    /// A run's last moments join the point before: what ends by chance within a few milliseconds would make a rate that the
    /// run never had, and set the scale.
    /// </summary>
    private static IReadOnlyList<TimelinePointReport> WithoutSliver(IReadOnlyList<TimelinePointReport> points)
    {
        if (points.Count < 2 || points[^1].LengthSeconds >= 0.5 * points[^2].LengthSeconds)
        {
            return points;
        }

        (TimelinePointReport before, TimelinePointReport last) = (points[^2], points[^1]);
        return
        [
            .. points.SkipLast(2),
            before with { LengthSeconds = before.LengthSeconds + last.LengthSeconds, Good = before.Good + last.Good, Failed = before.Failed + last.Failed },
        ];
    }

    private static IEnumerable<DataPoint> Steps(IReadOnlyList<TimelinePointReport> points, Func<TimelinePointReport, long> count) =>
        points.Where(point => point.LengthSeconds > 0).SelectMany(point =>
        {
            double rate = count(point) / point.LengthSeconds;
            return new[] { new DataPoint(point.StartSeconds, rate), new DataPoint(point.StartSeconds + point.LengthSeconds, rate) };
        });

    private static LineSeries Step(int number, string title, DataPoint[] points)
    {
        LineSeries line = ChartModel.Line(number, title, points);
        line.MarkerType = MarkerType.None;

        // OxyPlot leaves out points nearer than this: low steps would become slopes.
        line.MinimumSegmentLength = 0;
        line.Dashes = number == 0 ? null : [3, 2];
        return line;
    }

    private static AreaSeries Area(DataPoint[] points)
    {
        OxyColor color = ChartColors.Of(ChartRole.Series1);
        var area = new AreaSeries { Color = OxyColors.Transparent, Color2 = OxyColors.Transparent, Fill = OxyColor.FromAColor(40, color), RenderInLegend = false };
        area.Points.AddRange(points);
        return area;
    }
}
