using LoadClient.Kernel;

namespace LoadClient.Load;

/// <summary>When the run begins.</summary>
/// <param name="Timestamp">On the monotonic clock.</param>
/// <param name="Date">On the calendar.</param>
internal readonly record struct RunStart(long Timestamp, DateTimeOffset Date)
{
    public static RunStart In(TimeSpan lead, TimeProvider timeProvider) =>
        new(MonotonicClock.Now + MonotonicClock.ToNanoseconds(lead), timeProvider.GetUtcNow() + lead);
}
