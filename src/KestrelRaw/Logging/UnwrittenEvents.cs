namespace KestrelRaw.Logging;

/// <summary>
/// Says how many log events a sink was given and could not write, because the disk is full for example. Serilog tells of
/// each in its own log, which is where this listens. What is said goes the same way, so it is read when there is room again.
/// </summary>
internal sealed class UnwrittenEvents : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Action<long> _report;
    private readonly ITimer _timer;
    private long _count;
    private long _reported;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="report">Called with the number since the start when it has grown.</param>
    public UnwrittenEvents(TimeProvider timeProvider, Action<long> report)
    {
        _report = report;
        _timer = timeProvider.CreateTimer(static state => ((UnwrittenEvents)state!).Check(), this, Interval, Interval);
    }

    public long Count => Volatile.Read(ref _count);

    /// <param name="message">Of Serilog's own log: <c>failed to emit event to wrapped sink</c>, <c>Caught exception while emitting to sink</c>; and others.</param>
    public void OnMessage(string message)
    {
        if (message.Contains(" emit", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _count);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        long count = Count;
        if (count > _reported)
        {
            _reported = count;
            _report(count);
        }
    }
}
