namespace LoadClient.Load;

/// <summary>
/// A new connection whenever there is a free slot, until so many were begun or the time is over. One for all loops: which
/// of them takes how many is found out by their speed.
/// </summary>
internal sealed class ClosedLoop(long? requests, long start, long? endOfStarts) : IStartSchedule
{
    private readonly long _requests = requests ?? long.MaxValue;
    private readonly long _endOfStarts = endOfStarts ?? IStartSchedule.Never;
    private long _taken;

    public bool IsOpenLoop => false;

    public long NextDue(long now) => now < _endOfStarts && Volatile.Read(ref _taken) < _requests ? Math.Max(now, start) : IStartSchedule.Never;

    public bool TryTake(long now, out long intendedStart)
    {
        intendedStart = now;
        return now < _endOfStarts && Interlocked.Increment(ref _taken) <= _requests;
    }
}
