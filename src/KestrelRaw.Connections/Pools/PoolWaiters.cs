namespace KestrelRaw.Connections.Pools;

/// <summary>All who wait for a slot of one pool, and what each client has. Guarded by the pool's lock.</summary>
internal sealed class PoolWaiters
{
    /// <summary>The members with somebody in their queue; the first has the next turn.</summary>
    private readonly LinkedList<PoolMember> _turns = new();

    private long _lastNumber;

    /// <summary>Null while slots are not counted by client.</summary>
    public ClientTable? Clients { get; private set; }

    /// <summary>Somebody could use the next slot.</summary>
    public bool HasQueue => _turns.Count > 0;

    /// <summary>Who gets the next slot; to be asked only while <see cref="HasQueue"/>.</summary>
    public PoolWaiter Next => _turns.First!.Value.Next;

    public int Count { get; private set; }

    public void Add(PoolWaiter waiter, bool isTimed, long now)
    {
        waiter.Number = ++_lastNumber;
        waiter.Since = now;
        waiter.Client = Clients?.Find(waiter.RemoteEndPoint);
        Count++;
        waiter.Member.Queued += waiter.IsConnection ? 1 : 0;
        if (isTimed)
        {
            waiter.TimedPlace = new LinkedListNode<PoolWaiter>(waiter);
            waiter.Member.Timed.AddLast(waiter.TimedPlace);
        }

        Place(waiter);
    }

    public List<PoolWaiter> Of(PoolMember member) =>
        [.. member.Queue, .. Clients?.All.SelectMany(client => client.Parked).Where(waiter => waiter.Member == member) ?? []];

    /// <summary>The next in turn leaves the queue for a slot; the client goes on competing, with the slot.</summary>
    public PoolWaiter TakeNext()
    {
        PoolMember member = _turns.First!.Value;
        PoolWaiter waiter = member.Next;
        RemoveFromQueue(waiter);
        if (member.Queue.Count > 0)
        {
            _turns.Remove(member.Turn);
            _turns.AddLast(member.Turn);
        }

        Forget(waiter);
        return waiter;
    }

    /// <returns>False when the waiter does not wait (any more).</returns>
    public bool TryRemove(PoolWaiter waiter)
    {
        if (waiter.Place.List is not { } list)
        {
            return false;
        }

        if (list == waiter.Member.Queue)
        {
            RemoveFromQueue(waiter);
            if (waiter.Client is not null)
            {
                StopCompeting(waiter.Client);
            }
        }
        else
        {
            list.Remove(waiter.Place);
            Clients?.ForgetIfGone(waiter.Client!);
        }

        Forget(waiter);
        return true;
    }

    /// <summary>One slot or waiter fewer of the client: one that was parked moves up.</summary>
    public void StopCompeting(ClientSlots client)
    {
        if (Clients is null || client.Table != Clients)
        {
            // Counted in a table that was dropped meanwhile.
            return;
        }

        client.Competing--;
        if (client.Parked.Count > 0 && Clients.MayCompete(client))
        {
            PoolWaiter next = PoolMember.Pick(client.Parked, client.Parked.Last!.Value.Member.OrderNow);
            client.Parked.Remove(next.Place);
            Place(next, isMovedUp: true);
        }

        Clients.ForgetIfGone(client);
    }

    /// <summary>Begins a new count by client, or ends it. Who waits is placed anew.</summary>
    public void CountByClient(int? limit, ReadOnlySpan<PoolSlot> slots)
    {
        List<PoolWaiter> waiting = [.. _turns.SelectMany(member => member.Queue)];
        waiting.AddRange(Clients?.All.SelectMany(client => client.Parked) ?? []);
        Clients = limit is { } most ? new ClientTable(most) : null;
        foreach (PoolSlot slot in slots)
        {
            if (Clients?.Find(slot.RemoteEndPoint) is { } client)
            {
                client.Competing += slot.TryAssign(client) ? 1 : 0;
                Clients.ForgetIfGone(client);
            }
        }

        foreach (PoolWaiter waiter in waiting.OrderBy(waiter => waiter.Number))
        {
            if (waiter.Place.List == waiter.Member.Queue)
            {
                RemoveFromQueue(waiter);
            }
            else
            {
                waiter.Place.List!.Remove(waiter.Place);
            }

            waiter.Client = Clients?.Find(waiter.RemoteEndPoint);
            Place(waiter);
        }
    }

    private void Place(PoolWaiter waiter, bool isMovedUp = false)
    {
        if (Clients?.MayCompete(waiter.Client) == false)
        {
            waiter.Client!.Parked.AddLast(waiter.Place);
            return;
        }

        if (waiter.Client is not null)
        {
            waiter.Client.Competing++;
        }

        PoolMember member = waiter.Member;
        if (isMovedUp && member.Overload is { IsOverloaded: true })
        {
            // Last is where the newest stands, which is served next and kept: this one has waited already.
            member.Queue.AddFirst(waiter.Place);
        }
        else
        {
            member.Queue.AddLast(waiter.Place);
        }

        if (member.Turn.List is null)
        {
            _turns.AddLast(member.Turn);
            member.Overload?.Turn();
        }
    }

    private void RemoveFromQueue(PoolWaiter waiter)
    {
        PoolMember member = waiter.Member;
        member.Queue.Remove(waiter.Place);
        if (member.Queue.Count == 0)
        {
            _turns.Remove(member.Turn);
            member.Overload?.Turn();
        }
    }

    private void Forget(PoolWaiter waiter)
    {
        Count--;
        waiter.Member.Queued -= waiter.IsConnection ? 1 : 0;
        if (waiter.TimedPlace is { } place)
        {
            waiter.Member.Timed.Remove(place);
            waiter.TimedPlace = null;
        }
    }
}
