using HdrHistogram;

namespace LoadClient.Tests.Reporting.HdrLog;

internal static class Histograms
{
    /// <summary>Of microseconds, up to an hour, to three digits.</summary>
    public static LongHistogram Of(params long[] microseconds)
    {
        var histogram = new LongHistogram(1, 3_600_000_000, 3);
        foreach (long value in microseconds)
        {
            histogram.RecordValue(value);
        }

        return histogram;
    }
}
