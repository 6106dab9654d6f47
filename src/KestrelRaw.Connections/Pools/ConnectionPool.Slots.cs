using System.Net;

namespace KestrelRaw.Connections.Pools;

/// <content>
/// How slots change hands. As long as the state is not marked as watched, one compare-and-swap on it takes or frees a
/// slot. Whoever has to wait marks it, under the lock, and from then on every change is made under the lock: a
/// compare-and-swap that was prepared before the mark fails and sees it. So no release can pass by a waiter.
/// </content>
public sealed partial class ConnectionPool
{
    /// <summary>The pool that this thread is granting slots of.</summary>
    [ThreadStatic]
    private static ConnectionPool? _grantingHere;

    /// <summary>True within <see cref="HandOver"/>: a waiter that frees its slot at once leaves the next grant to the loop up the stack, or a long queue would be a deep stack.</summary>
    private bool IsGrantingHere => _grantingHere == this;

    /// <summary>Takes a slot for a connection of <paramref name="member"/> if one is free and nobody waits for it.</summary>
    internal bool TryTake(PoolMember member, EndPoint? remoteEndPoint, out ConnectionLease lease)
    {
        while (true)
        {
            PoolState state = Read();
            if (!state.HasRoom)
            {
                lease = default;
                return false;
            }

            if (state.IsWatched)
            {
                return TryTakeWatched(member, remoteEndPoint, out lease);
            }

            PoolState next = state.WithOneMore();
            if (TryReplace(state, next))
            {
                member.CountTaken();
                lease = Begin(member, remoteEndPoint, client: null);
                if (Read().IsWatched)
                {
                    // A count by client that has just begun may have missed this slot.
                    TryIdentify(lease, remoteEndPoint);
                }

                NoteRoom(next);
                return true;
            }
        }
    }

    /// <summary>
    /// Waits for a slot on behalf of an accept loop, which does not know yet whether a client is there. Until
    /// <see cref="EndProbe"/> the slot does not count as a connection's: two idle accept loops would otherwise take the
    /// last slot for a client of the other's, again and again.
    /// </summary>
    internal ValueTask<ConnectionLease> ProbeAsync(PoolMember member, CancellationToken cancellationToken) =>
        new AcquireWaiter(this, member, isProbe: true).StartAsync(cancellationToken);

    /// <summary>The probe has found a client of <paramref name="member"/>.</summary>
    internal void EndProbe(ConnectionLease probe, PoolMember member)
    {
        probe.Slot!.MoveTo(member);
        NoteRoom(Read());
    }

    /// <summary>Takes a slot, or puts the waiter into its member's queue.</summary>
    internal EntryAnswer Enter(PoolWaiter waiter, EntryTerms terms, out ConnectionLease lease)
    {
        lock (_lock)
        {
            Watch();
            bool isGranted = TryTakeLocked(HolderFor(waiter), waiter.RemoteEndPoint, out lease);
            bool isBound = !terms.OnlyIfClientIsFull || !MayCompete(waiter.RemoteEndPoint);
            bool isQueued = !isGranted && (!isBound || waiter.Member.Queued < terms.Limit);
            if (isQueued)
            {
                _waiters.Add(waiter, terms.IsTimed && isBound, TimeProvider.GetTimestamp());
                return EntryAnswer.Queued;
            }

            WatchOnlyIfNeeded();
            if (!isGranted)
            {
                return EntryAnswer.QueueFull;
            }
        }

        NoteRoom(Read());
        return EntryAnswer.Granted;
    }

    /// <summary>A waiter gives up.</summary>
    /// <returns>False when it got a slot before, or left before.</returns>
    internal bool TryLeave(PoolWaiter waiter)
    {
        lock (_lock)
        {
            if (!_waiters.TryRemove(waiter))
            {
                return false;
            }

            SignalConditions();
            WatchOnlyIfNeeded();
            return true;
        }
    }

    /// <summary>Says for whom a slot was taken before the client was known.</summary>
    /// <returns>False when the client has all the slots that it may have: free this one.</returns>
    internal bool TryIdentify(ConnectionLease lease, EndPoint? remoteEndPoint)
    {
        PoolSlot slot = lease.Slot!;
        slot.RemoteEndPoint = remoteEndPoint;
        if (!Read().IsWatched)
        {
            return true;
        }

        lock (_lock)
        {
            if (slot.IsCounted || _waiters.Clients?.Find(remoteEndPoint) is not { } client)
            {
                return true;
            }

            if (!_waiters.Clients.MayCompete(client))
            {
                return false;
            }

            if (slot.TryAssign(client))
            {
                client.Competing++;
            }

            _waiters.Clients.ForgetIfGone(client);
            return true;
        }
    }

    internal List<PoolWaiter> GetWaiting(PoolMember member)
    {
        lock (_lock)
        {
            return _waiters.Of(member);
        }
    }

    internal int CountQueued(PoolMember member)
    {
        lock (_lock)
        {
            return member.Queued;
        }
    }

    /// <summary>Waits until the pool is not paused and its size is not 0.</summary>
    internal Task WaitOpenAsync(CancellationToken cancellationToken) =>
        IsOpen ? Task.CompletedTask : WaitForAsync(_open, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>The end of a lease.</summary>
    internal void Return(PoolSlot slot, PoolMember member, ClientSlots? client)
    {
        // Before the count goes down: whoever takes the slot then finds it in the list, and makes no new one.
        _slots.Return(slot);
        while (true)
        {
            PoolState state = Read();
            if (state.IsWatched)
            {
                ReturnWatched(member, client);
                return;
            }

            if (TryReplace(state, state.WithOneLess()))
            {
                member.CountReturned();
                if (member == _probes)
                {
                    // Whoever took the slot in between was told of a pool that had room, the probe's.
                    NoteRoom(Read());
                }

                return;
            }
        }
    }

    private PoolMember HolderFor(PoolWaiter waiter) => waiter.IsProbe ? _probes : waiter.Member;

    private ConnectionLease Begin(PoolMember member, EndPoint? remoteEndPoint, ClientSlots? client) =>
        _slots.Take().Begin(member, remoteEndPoint, client, TimeProvider.GetTimestamp());

    private bool TryTakeWatched(PoolMember member, EndPoint? remoteEndPoint, out ConnectionLease lease)
    {
        lock (_lock)
        {
            if (!TryTakeLocked(member, remoteEndPoint, out lease))
            {
                return false;
            }
        }

        NoteRoom(Read());
        return true;
    }

    private bool TryTakeLocked(PoolMember member, EndPoint? remoteEndPoint, out ConnectionLease lease)
    {
        lease = default;
        if (_waiters.HasQueue || !MayCompete(remoteEndPoint) || !TryOccupy(member))
        {
            return false;
        }

        ClientSlots? client = _waiters.Clients?.Find(remoteEndPoint);
        if (client is not null)
        {
            client.Competing++;
        }

        lease = Begin(member, remoteEndPoint, client);
        return true;
    }

    /// <summary>One more in use, if there is room: in one step, because the state may not be watched.</summary>
    private bool TryOccupy(PoolMember member)
    {
        while (true)
        {
            PoolState state = Read();
            if (!state.HasRoom)
            {
                return false;
            }

            // First: a slot that a probe takes must never look like a connection's.
            member.CountTaken();
            if (TryReplace(state, state.WithOneMore()))
            {
                return true;
            }

            member.CountReturned();
        }
    }

    private bool MayCompete(EndPoint? remoteEndPoint)
    {
        if (_waiters.Clients?.Find(remoteEndPoint) is not { } client)
        {
            return true;
        }

        bool mayCompete = _waiters.Clients.MayCompete(client);
        _waiters.Clients.ForgetIfGone(client);
        return mayCompete;
    }

    private void ReturnWatched(PoolMember member, ClientSlots? client)
    {
        Grant? grant;
        lock (_lock)
        {
            Update(static state => state.WithOneLess());
            member.CountReturned();
            if (client is not null)
            {
                _waiters.StopCompeting(client);
            }

            grant = IsGrantingHere ? null : GrantNextLocked();
        }

        HandOver(grant);
    }

    /// <summary>Gives free slots to those who wait, in turn; and tells those who wait for a state of the pool.</summary>
    private void GrantWaiting()
    {
        if (!IsGrantingHere)
        {
            HandOver(GrantNext());
        }
    }

    /// <summary>Tells the waiter of its slot, and goes on with the next as long as there are slots.</summary>
    private void HandOver(Grant? grant)
    {
        if (grant is null)
        {
            return;
        }

        ConnectionPool? outer = _grantingHere;
        _grantingHere = this;
        try
        {
            for (; grant is { } next; grant = Read() is { IsWatched: true, HasRoom: true } ? GrantNext() : null)
            {
                NoteRoom(Read());
                next.Waiter.OnGranted(next.Lease);
            }
        }
        finally
        {
            _grantingHere = outer;
        }
    }

    private Grant? GrantNext()
    {
        lock (_lock)
        {
            return GrantNextLocked();
        }
    }

    private Grant? GrantNextLocked()
    {
        Grant? grant = null;
        if (_waiters.HasQueue && HolderFor(_waiters.Next) is var holder && TryOccupy(holder))
        {
            PoolWaiter waiter = _waiters.TakeNext();
            grant = new Grant(waiter, Begin(holder, waiter.RemoteEndPoint, waiter.Client));
        }

        SignalConditions();
        WatchOnlyIfNeeded();
        return grant;
    }

    private void NoteRoom(PoolState state)
    {
        if (!state.HasRoom)
        {
            RoomGone?.Invoke();
        }
    }

    private void Watch()
    {
        if (!Read().IsWatched)
        {
            Update(static state => state.WithWatched(true));
        }
    }

    private void WatchOnlyIfNeeded()
    {
        bool isNeeded = _waiters.Count > 0 || _waiters.Clients is not null || _available.IsWaitedFor || _empty.IsWaitedFor || _open.IsWaitedFor;
        if (!isNeeded)
        {
            Update(static state => state.WithWatched(false));
        }
    }

    private void SignalConditions()
    {
        PoolState state = Read();
        _available.SignalIfMet(state, _waiters.HasQueue);
        _empty.SignalIfMet(state, _waiters.HasQueue);
        _open.SignalIfMet(state, _waiters.HasQueue);
    }

    private readonly record struct Grant(PoolWaiter Waiter, ConnectionLease Lease);
}
