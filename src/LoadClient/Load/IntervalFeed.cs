using System.Collections.Concurrent;
using LoadClient.Kernel;

namespace LoadClient.Load;

/// <summary>
/// Hands a loop's intervals, one a second, to the collector on another thread. The loop never waits: tallies that the
/// collector is done with come back and are used again.
/// </summary>
internal sealed class IntervalFeed(long runStart)
{
    public const long Length = MonotonicClock.Second;

    private readonly ConcurrentQueue<IntervalTally> _published = new();
    private readonly ConcurrentBag<IntervalTally> _spare = [];
    private long _fullIntervals;
    private volatile bool _isOver;

    /// <summary>What the loop counts in now.</summary>
    public IntervalTally Current { get; private set; } = new();

    /// <summary>When the present interval is over.</summary>
    public long End { get; private set; } = runStart + Length;

    /// <summary>How many intervals of a whole second were published.</summary>
    public long FullIntervals => Volatile.Read(ref _fullIntervals);

    /// <summary>True when nothing more will be published.</summary>
    public bool IsOver => _isOver;

    /// <summary>Called by the loop when <see cref="End"/> has passed: publishes as many intervals as are over.</summary>
    public void Roll(long now)
    {
        while (now >= End)
        {
            Publish();
            End += Length;
            Volatile.Write(ref _fullIntervals, _fullIntervals + 1);
        }
    }

    /// <summary>Called by the loop at its end: publishes what it has counted since the last full interval.</summary>
    public void Close(long now)
    {
        Roll(now);
        Publish();
        _isOver = true;
    }

    public bool TryTake(out IntervalTally? tally) => _published.TryDequeue(out tally);

    public bool HasPublished => !_published.IsEmpty;

    public void Return(IntervalTally tally)
    {
        tally.Clear();
        _spare.Add(tally);
    }

    private void Publish()
    {
        IntervalTally full = Current;
        Current = _spare.TryTake(out IntervalTally? spare) ? spare : new IntervalTally();
        _published.Enqueue(full);
    }
}
