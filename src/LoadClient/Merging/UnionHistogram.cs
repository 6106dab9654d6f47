using HdrHistogram;

namespace LoadClient.Merging;

/// <summary>Adds histograms of any range and precision up without losing either.</summary>
internal sealed class UnionHistogram
{
    private LongHistogram _sum = new(lowestTrackableValue: 1, highestTrackableValue: 2, numberOfSignificantValueDigits: 0);

    public long Count => _sum.TotalCount;

    public void Add(HistogramBase histogram)
    {
        long highest = Math.Max(_sum.HighestTrackableValue, histogram.HighestTrackableValue);
        int digits = Math.Max(_sum.NumberOfSignificantValueDigits, histogram.NumberOfSignificantValueDigits);
        if (highest > _sum.HighestTrackableValue || digits > _sum.NumberOfSignificantValueDigits)
        {
            var wider = new LongHistogram(1, highest, digits);
            wider.Add(_sum);
            _sum = wider;
        }

        _sum.Add(histogram);
    }

    public double MillisecondsAt(double percentile) => _sum.GetValueAtPercentile(percentile) / 1000.0;
}
