namespace KestrelRaw.Connections.Pools;

/// <summary>
/// A pool's slots: a table that only grows, and a list of the free ones that is taken from and given back to without a
/// lock (Treiber's stack). The list's head carries a count beside the slot's number: without it a head that was taken
/// and given back meanwhile would look untouched.
/// </summary>
internal sealed class SlotTable(ConnectionPool pool)
{
    private const int CountShift = 32;
    private const int FirstTableLength = 16;

    private readonly Lock _growing = new();
    private PoolSlot[] _slots = [];
    private long _firstFree;

    /// <summary>Those that were ever used.</summary>
    public ReadOnlySpan<PoolSlot> All => Volatile.Read(ref _slots);

    /// <summary>Any free slot; a new one when there is none. Allocates nothing otherwise.</summary>
    public PoolSlot Take()
    {
        while (true)
        {
            long head = Volatile.Read(ref _firstFree);
            int number = (int)head;
            if (number == 0)
            {
                if (TryGrow() is { } grown)
                {
                    return grown;
                }

                continue;
            }

            PoolSlot slot = Volatile.Read(ref _slots)[number - 1];
            if (TryMoveHead(head, slot.NextFree))
            {
                return slot;
            }
        }
    }

    public void Return(PoolSlot slot)
    {
        long head;
        do
        {
            head = Volatile.Read(ref _firstFree);
            slot.NextFree = (int)head;
        }
        while (!TryMoveHead(head, slot.Index + 1));
    }

    private bool TryMoveHead(long head, int number)
    {
        long next = (((head >>> CountShift) + 1) << CountShift) | (uint)number;
        return Interlocked.CompareExchange(ref _firstFree, next, head) == head;
    }

    /// <summary>Makes as many as there are, gives back all but one.</summary>
    /// <returns>Null when another thread has just done it.</returns>
    private PoolSlot? TryGrow()
    {
        lock (_growing)
        {
            if ((int)Volatile.Read(ref _firstFree) != 0)
            {
                return null;
            }

            PoolSlot[] old = _slots;
            var grown = new PoolSlot[old.Length == 0 ? FirstTableLength : old.Length * 2];
            old.CopyTo(grown, 0);
            for (int i = old.Length; i < grown.Length; i++)
            {
                grown[i] = new PoolSlot(pool, i);
            }

            Volatile.Write(ref _slots, grown);
            for (int i = old.Length + 1; i < grown.Length; i++)
            {
                Return(grown[i]);
            }

            return grown[old.Length];
        }
    }
}
