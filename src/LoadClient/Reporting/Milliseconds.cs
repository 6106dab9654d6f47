namespace LoadClient.Reporting;

/// <summary>Whole milliseconds as ab counts them.</summary>
internal static class Milliseconds
{
    /// <summary>Half a millisecond is rounded up.</summary>
    public static long Round(double milliseconds) => (long)Math.Floor(milliseconds + 0.5);

    /// <summary>Half a millisecond is rounded up.</summary>
    public static long RoundMicroseconds(long microseconds) => (microseconds + 500) / 1000;
}
