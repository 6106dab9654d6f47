namespace KestrelRaw.Connections.Pools;

/// <summary>
/// Whether a member's queue is overloaded: it follows the queue, an interval late. Guarded by the pool's lock. Nothing here
/// happens by itself; <see cref="Follow"/> says when to look again.
/// </summary>
internal sealed class QueueOverload(CoDelOptions options, TimeProvider timeProvider)
{
    /// <summary>When the queue last became empty, or ceased to be so.</summary>
    private long _turnedAt = timeProvider.GetTimestamp();

    public CoDelOptions Options { get; set; } = options;

    public bool IsOverloaded { get; private set; }

    /// <summary>The queue has become empty, or has just ceased to be so.</summary>
    public void Turn() => _turnedAt = timeProvider.GetTimestamp();

    /// <param name="isEmpty">Whether the queue is.</param>
    /// <param name="isOpen">Whether the pool grants slots at all: that none comes while it does not is no overload.</param>
    /// <param name="isProbing">Whether the pool is small for a moment, to measure something: that a queue forms meanwhile is no overload.</param>
    /// <returns>When to look again; null: when somebody waits.</returns>
    public TimeSpan? Follow(bool isEmpty, bool isOpen, bool isProbing)
    {
        IsOverloaded &= isOpen;
        if (!isOpen || (isProbing && !IsOverloaded))
        {
            Turn();
        }

        TimeSpan left = Options.Interval - timeProvider.GetElapsedTime(_turnedAt);
        if (left <= TimeSpan.Zero)
        {
            IsOverloaded = !isEmpty;
        }

        return IsOverloaded == isEmpty ? left
            : IsOverloaded ? Options.Interval
            : null;
    }
}
