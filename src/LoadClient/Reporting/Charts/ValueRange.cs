using OxyPlot.Axes;

namespace LoadClient.Reporting.Charts;

/// <summary>Where a vertical axis begins and ends. OxyPlot's own choice fails when all values are equal or none is there.</summary>
internal static class ValueRange
{
    /// <summary>From zero, as what is counted must be.</summary>
    public static void FromZero(this Axis axis, double greatest)
    {
        axis.Minimum = 0;
        axis.Maximum = greatest > 0 ? 1.08 * greatest : 1;
    }

    /// <summary>From zero too, unless the values differ little, but more than by chance: 500 to 560 ms would be a flat line.</summary>
    public static void Around(this Axis axis, IReadOnlyCollection<double> values)
    {
        double least = values.Min();
        double greatest = values.Max();
        double range = greatest - least;
        if (least < 0.5 * greatest || range < 0.01 * greatest)
        {
            axis.FromZero(greatest);
            return;
        }

        axis.Minimum = Math.Max(0, least - (0.08 * range));
        axis.Maximum = greatest + (0.08 * range);
    }
}
