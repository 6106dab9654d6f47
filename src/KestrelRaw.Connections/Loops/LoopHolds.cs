using KestrelRaw.Connections.Diagnostics;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Loops;

/// <summary>
/// Tells of what holds a loop so long that its other connections feel it: a handler that blocks although it was declared
/// not to.
/// </summary>
internal sealed partial class LoopHolds(string loop, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(1);

    /// <summary>Of the first calls, which the JIT compiles, only what is really long is told.</summary>
    private const int FirstCalls = 1000;

    private readonly LogThrottle _throttle = new(timeProvider);
    private volatile object? _holder;
    private long _since;
    private int _calls;

    /// <summary>The loop has work.</summary>
    public void Busy() => Volatile.Write(ref _since, timeProvider.GetTimestamp());

    /// <summary>The loop waits for events.</summary>
    public void Idle() => _holder = null;

    public void Begin(object holder) => _holder = holder;

    /// <summary>What began last has come back. The next is timed from here: one look at the clock for each.</summary>
    public void End()
    {
        long now = timeProvider.GetTimestamp();
        TimeSpan held = timeProvider.GetElapsedTime(_since, now);
        Volatile.Write(ref _since, now);
        bool isFirst = _calls < FirstCalls && ++_calls > 0;
        if (held > (isFirst ? Stuck : Longest))
        {
            LogLevel level = _throttle.Throttle(LogLevel.Warning, out long untold);
            Log.Held(logger, level, loop, held.TotalMilliseconds, _holder, untold);
        }
    }

    /// <summary>Called from time to time by another thread: what never comes back would never be told of otherwise.</summary>
    public void LookForStuck()
    {
        // The holder first, and it must still be the same: else one that has just begun after a long idle time would be
        // taken for one that has held the loop since before it.
        object? holder = _holder;
        long since = Volatile.Read(ref _since);
        TimeSpan held = timeProvider.GetElapsedTime(since);
        if (holder is not null && held > Stuck && holder == _holder && since == Volatile.Read(ref _since))
        {
            Log.Stuck(logger, loop, holder, held.TotalSeconds);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 61, Message = "{Loop} was held for {Milliseconds:0} ms by {Holder}, while its other connections waited ({Untold} more since the last of these messages). Handlers that block need dispatch ThreadPool; a machine that is short of processors shows the same", EventName = "LoopHeld")]
        public static partial void Held(ILogger logger, LogLevel level, string loop, double milliseconds, object? holder, long untold);

        [LoggerMessage(62, LogLevel.Error, "{Loop} has been held for {Seconds:0} s by {Holder}, and its other connections wait", EventName = "LoopStuck")]
        public static partial void Stuck(ILogger logger, string loop, object holder, double seconds);
    }
}
