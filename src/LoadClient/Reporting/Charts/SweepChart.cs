using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LoadClient.Reporting.Charts;

/// <summary>The article's picture: what every target did at every number of connections.</summary>
internal static class SweepChart
{
    private const string RateTitle = "Requests per second by concurrency";
    private const string LatencyTitle = "p99 by concurrency";

    public static Chart RequestsPerSecond(string id, SweepReport report) => report.Rows.Count == 0
        ? new Chart(RateTitle, "", null)
        : new Chart(RateTitle, "", ChartSvg.Inline(RateModel(report), id, RateTitle));

    public static Chart P99(string id, SweepReport report)
    {
        double[] values = [.. report.Rows.Select(row => row.P99).OfType<double>()];
        if (values.Length == 0)
        {
            return new Chart(LatencyTitle, "", null);
        }

        LinearAxis vertical = new LinearAxis().Vertical("p99 of the total time, ms");
        vertical.Around(values);
        PlotModel model = Model(report, vertical, row => row.P99);
        return new Chart(LatencyTitle, "", ChartSvg.Inline(model, id, LatencyTitle));
    }

    /// <summary>Requests per second as an SVG file that reads in light and dark.</summary>
    public static string Standalone(SweepReport report)
    {
        PlotModel model = RateModel(report);
        model.Title = RateTitle;
        model.Padding = new OxyThickness(16, 14, 24, 12);
        return ChartSvg.Standalone(model, RateTitle);
    }

    /// <summary>A target's name, and the tool when the figures are not this program's: <c>async (ab)</c>.</summary>
    public static string SeriesName(SweepRow row) => row.Tool == "loadclient" ? row.Target : $"{row.Target} ({row.Tool})";

    private static PlotModel RateModel(SweepReport report)
    {
        double greatest = report.Rows.Select(row => row.RequestsPerSecond).DefaultIfEmpty().Max();
        LinearAxis vertical = new LinearAxis().Vertical("requests per second");
        LineSeries? ideal = null;
        if (report.ExpectDelaySeconds is > 0 and { } delay)
        {
            double connections = report.Rows.Select(row => row.Connections).DefaultIfEmpty().Max();
            ideal = ChartModel.Ideal($"ideal, c / {Units.Seconds(delay)}", new DataPoint(0, 0), new DataPoint(connections, connections / delay));

            // An ideal far out of reach must not press what was measured onto the ground.
            greatest = Math.Max(greatest, Math.Min(connections / delay, 2 * greatest));
        }

        vertical.FromZero(greatest);
        PlotModel model = Model(report, vertical, row => row.RequestsPerSecond);
        if (ideal is not null)
        {
            model.Series.Insert(0, ideal);
        }

        return model;
    }

    private static PlotModel Model(SweepReport report, LinearAxis vertical, Func<SweepRow, double?> value)
    {
        int[] connections = [.. report.Rows.Select(row => row.Connections).Distinct().Order()];
        TickAxis horizontal = new TickAxis(Ticks(connections)).Horizontal("connections at once");
        horizontal.Minimum = 0;
        horizontal.Maximum = 1.04 * connections.LastOrDefault(1);
        PlotModel model = ChartModel.Create(horizontal, vertical);
        int number = 0;
        foreach (IGrouping<string, SweepRow> series in report.Rows.GroupBy(SeriesName))
        {
            DataPoint[] points = [.. series.OrderBy(row => row.Connections).Select(row => new DataPoint(row.Connections, value(row) ?? double.NaN))];
            model.Series.Add(ChartModel.Line(number++, series.Key, points));
        }

        model.AddLegend();
        return model;
    }

    /// <summary>Zero and the measured concurrencies, from the greatest down, as far as their labels don't touch.</summary>
    private static IEnumerable<KeyValuePair<double, string>> Ticks(int[] connections)
    {
        double room = 0.11 * connections.LastOrDefault(1);
        double next = double.PositiveInfinity;
        foreach (int value in connections.Reverse().Append(0))
        {
            if (value == 0 || (value >= room && next - value >= room))
            {
                next = value;
                yield return new(value, $"{value:#,0}");
            }
        }
    }
}
