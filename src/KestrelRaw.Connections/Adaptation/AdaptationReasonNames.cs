namespace KestrelRaw.Connections.Adaptation;

/// <summary>The reasons' names in metrics.</summary>
public static class AdaptationReasonNames
{
    /// <summary>Every reason.</summary>
    public static IReadOnlyList<AdaptationReason> All { get; } = Enum.GetValues<AdaptationReason>();

    /// <summary>The reason's name: lower case, with underscores.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such reason.</exception>
    public static string ToName(this AdaptationReason reason) => reason switch
    {
        AdaptationReason.Started => "started",
        AdaptationReason.Resized => "resized",
        AdaptationReason.Grown => "grown",
        AdaptationReason.Shrunk => "shrunk",
        AdaptationReason.Steady => "steady",
        AdaptationReason.LimitNotReached => "limit_not_reached",
        AdaptationReason.NoGain => "no_gain",
        AdaptationReason.ProbeDue => "probe_due",
        AdaptationReason.MinimumTooHigh => "minimum_too_high",
        AdaptationReason.MinimumTooLow => "minimum_too_low",
        AdaptationReason.ProbeDeeper => "probe_deeper",
        AdaptationReason.ProbeDone => "probe_done",
        AdaptationReason.ProbeFailed => "probe_failed",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
