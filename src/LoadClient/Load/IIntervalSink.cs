using HdrHistogram;

namespace LoadClient.Load;

/// <summary>Takes each interval of the run, in order, while it runs; one call at a time.</summary>
internal interface IIntervalSink
{
    /// <param name="start">When the interval began.</param>
    /// <param name="length">About a second; the last one may be shorter.</param>
    /// <param name="total">Total times of the good connections that ended in it, in microseconds. Only valid during the call.</param>
    void Append(DateTimeOffset start, TimeSpan length, HistogramBase total);
}
