using OxyPlot.Axes;

namespace LoadClient.Reporting.Charts;

/// <summary>An axis whose ticks are given instead of computed.</summary>
internal sealed class TickAxis : LinearAxis
{
    private readonly double[] _positions;

    public TickAxis(params IEnumerable<KeyValuePair<double, string>> ticks)
    {
        Dictionary<double, string> labels = new(ticks);
        _positions = [.. labels.Keys.Order()];
        LabelFormatter = position => labels[position];
    }

    public override void GetTickValues(out IList<double> majorLabelValues, out IList<double> majorTickValues, out IList<double> minorTickValues)
    {
        majorLabelValues = majorTickValues = [.. _positions.Where(position => position >= ActualMinimum && position <= ActualMaximum)];
        minorTickValues = [];
    }
}
