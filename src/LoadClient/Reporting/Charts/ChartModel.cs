using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace LoadClient.Reporting.Charts;

/// <summary>The look that all charts share.</summary>
internal static class ChartModel
{
    /// <summary>As many points can be told apart; more would be a caterpillar.</summary>
    private const int MostMarkers = 60;

    // Their numbers have no common factor with that of the colours: 56 series look different.
    private static readonly MarkerType[] Markers =
        [MarkerType.Circle, MarkerType.Triangle, MarkerType.Square, MarkerType.Diamond, MarkerType.Cross, MarkerType.Plus, MarkerType.Star];

    public static PlotModel Create(Axis horizontal, Axis vertical)
    {
        var model = new PlotModel
        {
            DefaultFontSize = 15,
            PlotAreaBorderColor = OxyColors.Undefined,
            Padding = new OxyThickness(0, 4, 12, 2),
            TextColor = ChartColors.Of(ChartRole.Muted),
            TitleColor = ChartColors.Of(ChartRole.Ink),
            TitleFontSize = 17,
            TitlePadding = 10,
        };
        model.Axes.Add(horizontal);
        model.Axes.Add(vertical);
        return model;
    }

    public static T Horizontal<T>(this T axis, string title)
        where T : Axis
    {
        axis.Position = AxisPosition.Bottom;
        axis.AxislineStyle = LineStyle.Solid;
        axis.AxislineColor = ChartColors.Of(ChartRole.Muted);
        axis.TicklineColor = ChartColors.Of(ChartRole.Muted);
        axis.MajorTickSize = 5;

        // Or the first label touches the vertical axis's lowest.
        axis.AxisTickToLabelDistance = 7;
        return axis.Plain(title);
    }

    public static T Vertical<T>(this T axis, string title)
        where T : Axis
    {
        axis.Position = AxisPosition.Left;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = ChartColors.Of(ChartRole.Grid);
        axis.TickStyle = TickStyle.None;
        axis.IntervalLength = 45;
        return axis.Plain(title);
    }

    /// <summary>A line of the chart's own data. Its number gives it a colour and a marker.</summary>
    public static LineSeries Line(int number, string title, IReadOnlyList<DataPoint> points)
    {
        OxyColor color = ChartColors.Of(ChartRole.Series1 + (number % 8));
        var line = new LineSeries
        {
            Title = ChartText.Label(title),
            Color = color,
            StrokeThickness = 2.5,
            LineJoin = LineJoin.Round,
            MarkerType = points.Count <= MostMarkers ? Markers[number % Markers.Length] : MarkerType.None,
            MarkerSize = 4.5,
            MarkerFill = color,
            MarkerStroke = color,
            MarkerStrokeThickness = Markers[number % Markers.Length] >= MarkerType.Cross ? 2 : 0,
        };
        line.Points.AddRange(points);
        return line;
    }

    /// <summary>What the data would be at best.</summary>
    public static LineSeries Ideal(string title, params ReadOnlySpan<DataPoint> points)
    {
        var line = new LineSeries { Title = title, Color = ChartColors.Of(ChartRole.Ideal), StrokeThickness = 2, Dashes = [5, 4] };
        line.Points.AddRange(points);
        return line;
    }

    public static void AddLegend(this PlotModel model) => model.Legends.Add(new Legend
    {
        LegendPlacement = LegendPlacement.Outside,
        LegendPosition = LegendPosition.TopLeft,
        LegendOrientation = LegendOrientation.Horizontal,
        LegendTextColor = ChartColors.Of(ChartRole.Ink),
        LegendSymbolLength = 28,
        LegendItemSpacing = 14,
        LegendLineSpacing = 7,
        LegendPadding = 0,
        LegendMargin = 6,
    });

    private static T Plain<T>(this T axis, string title)
        where T : Axis
    {
        axis.Title = title;
        axis.TitleColor = ChartColors.Of(ChartRole.Muted);
        axis.AxisTitleDistance = 12;
        axis.MinorTickSize = 0;
        axis.LabelFormatter ??= value => value.ToString("#,0.######", CultureInfo.InvariantCulture);
        return axis;
    }
}
