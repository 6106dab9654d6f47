namespace LoadClient.Merging;

/// <summary>The logs' times.</summary>
internal static class UnixTime
{
    /// <summary>To the millisecond, which is the logs' resolution.</summary>
    public static DateTimeOffset At(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000));
}
