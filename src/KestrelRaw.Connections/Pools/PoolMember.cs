namespace KestrelRaw.Connections.Pools;

/// <summary>
/// One of those who share a pool: an endpoint, or the callers of <c>AcquireAsync</c> together.
/// Each has a queue of its own, and the queues take turns: an endpoint with thousands of waiters gets no more slots than
/// one with two.
/// </summary>
internal sealed class PoolMember
{
    private int _inUse;

    public PoolMember() => Turn = new LinkedListNode<PoolMember>(this);

    /// <summary>Slots that this member's connections hold.</summary>
    public int InUse => Volatile.Read(ref _inUse);

    /// <summary>The connections of this member that wait, parked ones included.</summary>
    public int Queued { get; set; }

    /// <summary>The order while there is no overload.</summary>
    public QueueOrder Order { get; set; }

    /// <summary>Null: nobody asks whether the queue is overloaded.</summary>
    public QueueOverload? Overload { get; set; }

    public QueueOrder OrderNow => Overload is { IsOverloaded: true } ? QueueOrder.NewestFirst : Order;

    /// <summary>This member's place among those with somebody in the queue; in no list while nobody is.</summary>
    public LinkedListNode<PoolMember> Turn { get; }

    /// <summary>Those who may have the next slot, in the order of their arrival.</summary>
    public LinkedList<PoolWaiter> Queue { get; } = new();

    /// <summary>Those whose wait is limited, in the order of their arrival.</summary>
    public LinkedList<PoolWaiter> Timed { get; } = new();

    public PoolWaiter Next => Pick(Queue, OrderNow);

    public void CountTaken() => Interlocked.Increment(ref _inUse);

    public void CountReturned() => Interlocked.Decrement(ref _inUse);

    public static PoolWaiter Pick(LinkedList<PoolWaiter> waiters, QueueOrder order) =>
        (order == QueueOrder.OldestFirst ? waiters.First : waiters.Last)!.Value;
}
