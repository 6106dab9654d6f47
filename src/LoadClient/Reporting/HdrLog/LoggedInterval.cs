using HdrHistogram;

namespace LoadClient.Reporting.HdrLog;

/// <summary>A line of an HdrHistogram log.</summary>
/// <param name="StartSeconds">Since 1970 in UTC.</param>
/// <param name="LengthSeconds">0 or more.</param>
/// <param name="Histogram">Its values, for LoadClient's logs microseconds.</param>
internal sealed record LoggedInterval(double StartSeconds, double LengthSeconds, HistogramBase Histogram)
{
    public double EndSeconds => StartSeconds + LengthSeconds;
}
