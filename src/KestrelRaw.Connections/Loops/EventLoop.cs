using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;
using KestrelRaw.Connections.Kernel;
using KestrelRaw.Connections.Timeouts;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Loops;

/// <summary>
/// A thread around an epoll set: it tells targets of their events, runs what was posted, and ends the waits that are due.
/// Nothing that runs on it may block.
/// </summary>
internal sealed partial class EventLoop : IDisposable
{
    private const int EventsAtOnce = 256;
    private const long BellKey = -1;
    private const uint Posted = 0;

    private static readonly TimeSpan ToEnd = TimeSpan.FromSeconds(1);

    private readonly Epoll _epoll = new();
    private readonly Bell _bell = new();
    private readonly LoopTargets _targets = new();
    private readonly ConcurrentQueue<ILoopTarget> _posted = new();
    private readonly LoopDueTimes _dueTimes;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    /// <exception cref="Win32Exception">There are no descriptors.</exception>
    public EventLoop(string name, TimeProvider timeProvider, ILogger logger)
    {
        _logger = logger;
        _dueTimes = new LoopDueTimes(this, timeProvider);

        // By the real clock always: this is about the thread.
        Holds = new LoopHolds(name, TimeProvider.System, logger);
        _epoll.Watch(_bell.Descriptor, Epoll.Read, BellKey);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public DueTimes DueTimes => _dueTimes;

    public LoopHolds Holds { get; }

    private bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Tells the target of events from now on.</summary>
    /// <returns>The watch's key.</returns>
    /// <exception cref="Win32Exception">There is no memory, or too much is watched already.</exception>
    public long Watch(SafeHandle descriptor, ILoopTarget target, uint events)
    {
        long key = _targets.Add(descriptor, target);
        try
        {
            _epoll.Watch(descriptor, events, key);
            return key;
        }
        catch
        {
            _targets.Remove(key);
            throw;
        }
    }

    public void Rewatch(SafeHandle descriptor, long key, uint events) => _epoll.Rewatch(descriptor, events, key);

    /// <summary>The descriptor will be closed now, which ends the watch.</summary>
    public void Forget(long key) => _targets.Remove(key);

    /// <summary>Ends the watch of a descriptor whose socket may stay open, here or in another process.</summary>
    public void Unwatch(SafeHandle descriptor, long key)
    {
        _targets.Remove(key);
        _epoll.Unwatch(descriptor);
    }

    /// <summary>Runs the target on the loop's thread, after the events that are being told now.</summary>
    public void Post(ILoopTarget target)
    {
        _posted.Enqueue(target);
        Wake();
    }

    /// <summary>Ends the thread, unless something on it never comes back: then it is left to end with the process. Not to be called on it.</summary>
    public void Dispose()
    {
        if (IsCurrent)
        {
            throw new InvalidOperationException("An event loop can't wait for its own end.");
        }

        _isStopping = true;
        _bell.Ring();
        if (!_thread.Join(ToEnd))
        {
            Log.NotEnded(_logger, _thread.Name!, ToEnd.TotalSeconds);
            return;
        }

        _dueTimes.Dispose();
        _epoll.Dispose();
        _bell.Dispose();
    }

    private void Wake()
    {
        if (!IsCurrent && !_isStopping)
        {
            _bell.Ring();
        }
    }

    private void Run()
    {
        Span<(long Key, uint Events)> events = stackalloc (long, uint)[EventsAtOnce];
        Holds.Busy();
        while (!_isStopping)
        {
            int timeout = RunDue();
            Holds.Idle();
            int count = _epoll.Wait(events, timeout);
            Holds.Busy();
            foreach ((long key, uint what) in events[..count])
            {
                if (key == BellKey)
                {
                    _bell.Quiet();
                }
                else if (_targets.Find(key) is { } target)
                {
                    Tell(target, what);
                }
            }

            // Not what is posted meanwhile: events must not wait for those who post again and again.
            for (int left = _posted.Count; left > 0 && _posted.TryDequeue(out ILoopTarget? target); left--)
            {
                Tell(target, Posted);
            }
        }
    }

    private void Tell(ILoopTarget target, uint events)
    {
        Holds.Begin(target);
        try
        {
            target.OnEvents(events);
        }
        catch (Exception error)
        {
            // The loop is for all the others too.
            Log.TargetFailed(_logger, target, error);
        }

        Holds.End();
    }

    /// <returns>How long epoll may wait, in milliseconds.</returns>
    private int RunDue()
    {
        TimeSpan? wait = _dueTimes.RunDue();
        return !_posted.IsEmpty ? 0
            : wait is not { } time ? Epoll.NoTimeout
            : time <= TimeSpan.Zero ? 0
            : (int)Math.Min(Math.Ceiling(time.TotalMilliseconds), int.MaxValue);
    }

    /// <summary>The loop itself comes round when something is due; with a clock that is not the system's, that clock wakes it.</summary>
    private sealed class LoopDueTimes : DueTimes, IDisposable
    {
        private readonly EventLoop _loop;
        private readonly ITimer? _timer;

        public LoopDueTimes(EventLoop loop, TimeProvider timeProvider)
            : base(timeProvider)
        {
            _loop = loop;
            if (timeProvider != TimeProvider.System)
            {
                _timer = timeProvider.CreateTimer(_ => loop.Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose() => _timer?.Dispose();

        protected override void Arm(TimeSpan wait)
        {
            _timer?.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            _loop.Wake();
        }

        protected override void Run(DueTimeEntry entry)
        {
            _loop.Holds.Begin(entry);
            try
            {
                entry.OnDue();
            }
            catch (Exception error)
            {
                Log.TargetFailed(_loop._logger, entry, error);
            }

            _loop.Holds.End();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Critical, "Event loop: {Target} failed in a way that it should have handled itself", EventName = "LoopTargetFailed")]
        public static partial void TargetFailed(ILogger logger, object target, Exception error);

        [LoggerMessage(65, LogLevel.Error, "{Loop} is still held {Seconds} s after it was told to end; it is left behind", EventName = "LoopNotEnded")]
        public static partial void NotEnded(ILogger logger, string loop, double seconds);
    }
}
