namespace LoadClient.Load;

/// <summary>
/// A loop's connections: which slots are free, and which of the others began first. Every connection has the same time, so
/// the order of starts is the order of deadlines, and a list does what would else take a timer each.
/// </summary>
internal sealed class ConnectionSlots
{
    public const int None = -1;

    private readonly ConnectionSlot[] _slots;
    private readonly int[] _free;
    private int _freeCount;
    private int _latest = None;

    public ConnectionSlots(int count)
    {
        _slots = new ConnectionSlot[count];
        _free = new int[count];
        _freeCount = count;
        for (int i = 0; i < count; i++)
        {
            // The lowest first, so that few connections touch little memory.
            _free[i] = count - 1 - i;
        }
    }

    public int Count => _slots.Length;

    public int Active => _slots.Length - _freeCount;

    public bool HasFree => _freeCount > 0;

    /// <summary>The connection that began first, or <see cref="None"/>.</summary>
    public int Earliest { get; private set; } = None;

    public ref ConnectionSlot this[int index] => ref _slots[index];

    public int Take()
    {
        int index = _free[--_freeCount];
        ref ConnectionSlot slot = ref _slots[index];
        slot = new ConnectionSlot { Earlier = _latest, Later = None };
        if (_latest == None)
        {
            Earliest = index;
        }
        else
        {
            _slots[_latest].Later = index;
        }

        _latest = index;
        return index;
    }

    public void Release(int index)
    {
        ref ConnectionSlot slot = ref _slots[index];
        slot.Phase = ConnectionPhase.Free;
        if (slot.Earlier == None)
        {
            Earliest = slot.Later;
        }
        else
        {
            _slots[slot.Earlier].Later = slot.Later;
        }

        if (slot.Later == None)
        {
            _latest = slot.Earlier;
        }
        else
        {
            _slots[slot.Later].Earlier = slot.Earlier;
        }

        _free[_freeCount++] = index;
    }
}
