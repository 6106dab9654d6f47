namespace KestrelRaw.Connections.Pools;

/// <summary>On what terms somebody enters a pool's queue when there is no slot at once.</summary>
/// <param name="Limit">The most that may wait there already.</param>
/// <param name="IsTimed">Whether the member's timeout applies.</param>
/// <param name="OnlyIfClientIsFull">Whether both are meant only for one who waits because his client has all the slots that it may have.</param>
internal readonly record struct EntryTerms(int Limit, bool IsTimed, bool OnlyIfClientIsFull)
{
    public static EntryTerms Unlimited => new(int.MaxValue, IsTimed: false, OnlyIfClientIsFull: false);
}

internal enum EntryAnswer
{
    /// <summary>There was a slot at once.</summary>
    Granted,

    /// <summary>The waiter is in the queue.</summary>
    Queued,

    /// <summary>So many wait already that the terms admit no further.</summary>
    QueueFull,
}
