namespace KestrelRaw.Connections.Adaptation;

/// <summary>Why a pool that finds its own size has the size that it has.</summary>
public enum AdaptationReason
{
    /// <summary>Adaptation began with the pool's own size.</summary>
    Started,

    /// <summary>Somebody else changed the pool's size; adaptation goes on from there.</summary>
    Resized,

    /// <summary>The latency is near the minimum: more work at once.</summary>
    Grown,

    /// <summary>The latency is above the minimum, work waits in the back end: less at once.</summary>
    Shrunk,

    /// <summary>The size is what the latency asks for, or at its bound.</summary>
    Steady,

    /// <summary>The latency would allow more, but the pool was hardly ever full.</summary>
    LimitNotReached,

    /// <summary>The latency would allow more, but the last growth brought no throughput.</summary>
    NoGain,

    /// <summary>A probe began because there is no minimum latency yet, or because it was time for a new one.</summary>
    ProbeDue,

    /// <summary>A probe began early: work under load is faster than the minimum, so that is out of date.</summary>
    MinimumTooHigh,

    /// <summary>A probe began early: less work at once did not make it faster, so the minimum is out of date.</summary>
    MinimumTooLow,

    /// <summary>Half the work at once was faster: a probe goes on with half of that.</summary>
    ProbeDeeper,

    /// <summary>A probe ended with a new minimum latency.</summary>
    ProbeDone,

    /// <summary>A probe ran out of time with too few samples; the minimum stays what it was.</summary>
    ProbeFailed,
}
