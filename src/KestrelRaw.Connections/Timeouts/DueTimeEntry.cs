namespace KestrelRaw.Connections.Timeouts;

/// <summary>One that waits in <see cref="DueTimes"/>: a link of its list itself, so that waiting allocates nothing.</summary>
internal abstract class DueTimeEntry
{
    private DueTimeList? _list;

    /// <summary>As a timestamp. For <see cref="DueTimes"/> alone, as are the links.</summary>
    public long Due { get; private set; }

    public DueTimeEntry? Next { get; set; }

    public DueTimeEntry? Previous { get; set; }

    /// <summary>The time has come, and the wait is over: under the lock, before <see cref="OnDue"/>.</summary>
    public virtual void OnTaken()
    {
    }

    /// <summary>The time has come. Called once for each wait that was not left, outside of all locks.</summary>
    public abstract void OnDue();

    /// <summary>A wait begins, and is not one that goes on: under the lock.</summary>
    public virtual void OnBegun()
    {
    }

    /// <summary>The time has come, but the entry wants to wait for the same time once more: under the lock, before <see cref="OnTaken"/>.</summary>
    /// <param name="late">How long ago it was due.</param>
    public virtual bool WaitsOnceMore(TimeSpan late) => false;

    public void Enter(DueTimeList list, long due)
    {
        _list = list;
        Due = due;
    }

    /// <returns>False when it was in no list.</returns>
    public bool Leave()
    {
        if (_list is not { } list)
        {
            return false;
        }

        list.Remove(this);
        _list = null;
        return true;
    }
}
