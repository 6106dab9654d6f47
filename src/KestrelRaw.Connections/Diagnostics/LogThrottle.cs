using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Diagnostics;

/// <summary>
/// Keeps what every connection can bring about from flooding the log: one line a second at its own level, the others at Debug.
/// For one kind of message of one endpoint. Thread-safe.
/// </summary>
/// <param name="timeProvider">The clock.</param>
public sealed class LogThrottle(TimeProvider timeProvider)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private long _nextAt = long.MinValue;
    private long _untold;

    /// <summary>Says at what level the next line belongs into the log. To be called once for each.</summary>
    /// <param name="level">The level of the first within a second.</param>
    /// <param name="untold">For that one: how many have been given Debug since the last that was not. Zero for those.</param>
    /// <returns><paramref name="level"/>, or <see cref="LogLevel.Debug"/> when there was one within the last second.</returns>
    public LogLevel Throttle(LogLevel level, out long untold)
    {
        long now = timeProvider.GetTimestamp();
        long nextAt = Volatile.Read(ref _nextAt);
        if (now >= nextAt && Interlocked.CompareExchange(ref _nextAt, now + (long)(Rest.TotalSeconds * timeProvider.TimestampFrequency), nextAt) == nextAt)
        {
            untold = Interlocked.Exchange(ref _untold, 0);
            return level;
        }

        Interlocked.Increment(ref _untold);
        untold = 0;
        return LogLevel.Debug;
    }
}
