using LoadClient.Reporting;

namespace LoadClient.Comparing;

/// <summary>
/// How much a figure moves within one run: its standard deviation over the points of the timeline. The first and the last
/// point are left out, where the connections are still coming or already going, and so is a point that is shorter than the
/// others.
/// </summary>
internal static class Spread
{
    /// <summary>Two points always lie on a line: they say nothing of how much a figure moves.</summary>
    private const int FewestPoints = 3;

    /// <param name="timeline">Of the run.</param>
    /// <param name="figure">The point's figure; null when the point has none.</param>
    /// <returns>Null when there are too few points.</returns>
    public static double? Of(TimelineReport timeline, Func<TimelinePointReport, double?> figure)
    {
        double[] values =
        [
            .. timeline.Points.Skip(1).SkipLast(1).Where(point => IsFull(point, timeline)).Select(figure).OfType<double>(),
        ];
        return values.Length < FewestPoints ? null : StandardDeviation(values);
    }

    // A point's ends are read from a clock: a tenth of a percent is not a shorter point.
    private static bool IsFull(TimelinePointReport point, TimelineReport timeline) => point.LengthSeconds >= timeline.IntervalSeconds * 0.999;

    private static double StandardDeviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
