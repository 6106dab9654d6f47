namespace KestrelRaw.Connections.Timeouts;

/// <summary>Those that wait equally long, in the order in which they are due. Guarded by the lock of <see cref="DueTimes"/>.</summary>
internal sealed class DueTimeList(TimeSpan wait, long timestampFrequency)
{
    /// <summary>A hundred years; a sum with any timestamp fits.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_525);

    private DueTimeEntry? _last;

    public TimeSpan Wait => wait;

    /// <summary>The wait in timestamps, rounded up.</summary>
    public long Length { get; } = wait <= TimeSpan.Zero
        ? 0
        : (long)Math.Ceiling((decimal)(wait < Longest ? wait : Longest).Ticks * timestampFrequency / TimeSpan.TicksPerSecond);

    public DueTimeEntry? First { get; private set; }

    public void Add(DueTimeEntry entry, long due)
    {
        entry.Enter(this, due);
        entry.Previous = _last;
        if (_last is null)
        {
            First = entry;
        }
        else
        {
            _last.Next = entry;
        }

        _last = entry;
    }

    public void Remove(DueTimeEntry entry)
    {
        if (entry.Previous is { } previous)
        {
            previous.Next = entry.Next;
        }
        else
        {
            First = entry.Next;
        }

        if (entry.Next is { } next)
        {
            next.Previous = entry.Previous;
        }
        else
        {
            _last = entry.Previous;
        }

        entry.Previous = entry.Next = null;
    }
}
