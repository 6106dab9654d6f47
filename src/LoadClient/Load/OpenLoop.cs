using LoadClient.Kernel;

namespace LoadClient.Load;

/// <summary>
/// Evenly spaced starts, whatever became of the earlier ones. Loop k of m has the starts k, k + m, k + 2m ... One a loop.
/// </summary>
internal sealed class OpenLoop : IStartSchedule
{
    private readonly double _nanosecondsApart;
    private readonly long _runStart;
    private readonly long _requests;
    private readonly long _endOfStarts;
    private readonly int _step;
    private long _next;

    /// <param name="rate">Starts a second, of all loops together.</param>
    /// <param name="requests">Starts of all loops together; null: no limit.</param>
    /// <param name="runStart">The first start.</param>
    /// <param name="endOfStarts">No start is intended from here on; null: no limit.</param>
    /// <param name="loop">Which of the loops, from 0.</param>
    /// <param name="loops">How many there are.</param>
    public OpenLoop(double rate, long? requests, long runStart, long? endOfStarts, int loop, int loops)
    {
        _nanosecondsApart = MonotonicClock.Second / rate;
        _runStart = runStart;
        _requests = requests ?? long.MaxValue;
        _endOfStarts = endOfStarts ?? IStartSchedule.Never;
        _next = loop;
        _step = loops;
    }

    public bool IsOpenLoop => true;

    public long NextDue(long now)
    {
        // From the run's start each time: adding up the distances would add up their rounding.
        long due = _runStart + (long)(_next * _nanosecondsApart);
        return _next < _requests && due < _endOfStarts ? due : IStartSchedule.Never;
    }

    public bool TryTake(long now, out long intendedStart)
    {
        intendedStart = NextDue(now);
        if (intendedStart == IStartSchedule.Never)
        {
            return false;
        }

        _next += _step;
        return true;
    }
}
