namespace LoadClient.Load;

/// <summary>A look at a run that goes on.</summary>
/// <param name="Elapsed">Since its start.</param>
/// <param name="Started">Connections begun.</param>
/// <param name="Ended">Of these, ended.</param>
/// <param name="Failed">Of these, as an error.</param>
/// <param name="P50">Median total time of the good ones so far; null without any.</param>
/// <param name="P99">The same at 99 %.</param>
internal readonly record struct RunProgress(TimeSpan Elapsed, long Started, long Ended, long Failed, TimeSpan? P50, TimeSpan? P99)
{
    public long InFlight => Started - Ended;
}
