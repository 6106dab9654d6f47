namespace KestrelRaw.Connections.Timeouts;

/// <summary>
/// What is due when. Connections wait for few different lengths of time (an endpoint's delay, its timeouts), and of equal
/// waits the first to begin is the first to end: a list for each length is in order by itself, and entering and leaving
/// one costs no search. Whoever derives from it has the one timer. Safe from any thread.
/// </summary>
internal abstract class DueTimes(TimeProvider timeProvider)
{
    private const long Never = long.MaxValue;

    private readonly Lock _lock = new();
    private readonly List<DueTimeList> _lists = [];
    private long _next = Never;

    public TimeProvider TimeProvider => timeProvider;

    /// <summary>The entry will be due in <paramref name="wait"/>, never earlier; if it waits already, for the new time only.</summary>
    public void Add(DueTimeEntry entry, TimeSpan wait)
    {
        lock (_lock)
        {
            entry.Leave();
            DueTimeList list = ListFor(wait);
            long due = timeProvider.GetTimestamp() + list.Length;
            entry.OnBegun();
            list.Add(entry, due);
            if (due < _next)
            {
                _next = due;
                Arm(wait);
            }
        }
    }

    /// <returns>False when it does not wait: it was due, or never entered.</returns>
    public bool Remove(DueTimeEntry entry)
    {
        lock (_lock)
        {
            return entry.Leave();
        }
    }

    /// <summary>Ends the wait of all that are due now.</summary>
    /// <returns>When to call again; null when nobody waits.</returns>
    public TimeSpan? RunDue()
    {
        TimeSpan? next = null;
        try
        {
            long now = timeProvider.GetTimestamp();
            while (TakeDue(now) is { } entry)
            {
                Run(entry);
            }
        }
        finally
        {
            // Whatever one of them did: the others wait for their time.
            next = ArmNext();
        }

        return next;
    }

    /// <summary><see cref="RunDue"/> is to be called in <paramref name="wait"/>. Called under the lock, so that of two calls the later counts.</summary>
    protected abstract void Arm(TimeSpan wait);

    protected virtual void Run(DueTimeEntry entry) => entry.OnDue();

    private TimeSpan? ArmNext()
    {
        lock (_lock)
        {
            _next = FindNext();
            if (_next == Never)
            {
                return null;
            }

            TimeSpan wait = timeProvider.GetElapsedTime(timeProvider.GetTimestamp(), _next);
            Arm(wait);
            return wait;
        }
    }

    private DueTimeEntry? TakeDue(long now)
    {
        lock (_lock)
        {
            while (FindFirst() is { } list && list.First!.Due <= now)
            {
                DueTimeEntry first = list.First;
                first.Leave();
                if (!first.WaitsOnceMore(timeProvider.GetElapsedTime(first.Due, now)))
                {
                    first.OnTaken();
                    return first;
                }

                list.Add(first, now + list.Length);
            }

            return null;
        }
    }

    /// <summary>
    /// The one whose first is due before all others: when the process has not run for a while, what was to end a phase
    /// comes before the phase's timeout.
    /// </summary>
    private DueTimeList? FindFirst()
    {
        DueTimeList? earliest = null;
        foreach (DueTimeList list in _lists)
        {
            if (list.First is { } first && !(earliest?.First!.Due <= first.Due))
            {
                earliest = list;
            }
        }

        return earliest;
    }

    /// <summary>Forgets the lists that nobody is in: settings may change while the process runs, and each new length makes one.</summary>
    private long FindNext()
    {
        long next = Never;
        for (int i = _lists.Count - 1; i >= 0; i--)
        {
            if (_lists[i].First is { } first)
            {
                next = Math.Min(next, first.Due);
            }
            else
            {
                _lists.RemoveAt(i);
            }
        }

        return next;
    }

    private DueTimeList ListFor(TimeSpan wait)
    {
        foreach (DueTimeList list in _lists)
        {
            if (list.Wait == wait)
            {
                return list;
            }
        }

        var added = new DueTimeList(wait, timeProvider.TimestampFrequency);
        _lists.Add(added);
        return added;
    }
}
