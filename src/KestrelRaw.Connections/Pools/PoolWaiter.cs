using System.Net;

namespace KestrelRaw.Connections.Pools;

/// <summary>Somebody who waits for a slot. What is settable here is guarded by the pool's lock.</summary>
internal abstract class PoolWaiter
{
    protected PoolWaiter(PoolMember member, EndPoint? remoteEndPoint)
    {
        Member = member;
        RemoteEndPoint = remoteEndPoint;
        Place = new LinkedListNode<PoolWaiter>(this);
    }

    public PoolMember Member { get; }

    /// <summary>An accepted connection, not somebody who wants a slot in advance.</summary>
    public abstract bool IsConnection { get; }

    public EndPoint? RemoteEndPoint { get; }

    /// <summary>The slot is wanted to see whether a client is there.</summary>
    public virtual bool IsProbe => false;

    /// <summary>Where the waiter stands: in its member's queue or parked with its client; in no list before and after.</summary>
    public LinkedListNode<PoolWaiter> Place { get; }

    /// <summary>The place in <see cref="PoolMember.Timed"/>; null when the wait is not limited.</summary>
    public LinkedListNode<PoolWaiter>? TimedPlace { get; set; }

    public ClientSlots? Client { get; set; }

    /// <summary>Orders the waiters by arrival when they have to be sorted anew.</summary>
    public long Number { get; set; }

    /// <summary>When the wait began, as a timestamp of the pool's clock.</summary>
    public long Since { get; set; }

    /// <summary>The slot is this waiter's. Called once, without the pool's lock, by whoever freed the slot.</summary>
    public abstract void OnGranted(ConnectionLease lease);
}
