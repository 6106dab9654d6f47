using System.Diagnostics;

namespace LoadClient.Kernel;

/// <summary>CLOCK_MONOTONIC in nanoseconds, which is what <see cref="Stopwatch"/> counts on Linux.</summary>
internal static class MonotonicClock
{
    public const long Second = 1_000_000_000;
    public const long Millisecond = 1_000_000;
    public const long Microsecond = 1_000;

    public static long Now => Stopwatch.GetTimestamp();

    public static long ToNanoseconds(TimeSpan duration) => duration.Ticks * TimeSpan.NanosecondsPerTick;

    public static TimeSpan ToTimeSpan(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
}
