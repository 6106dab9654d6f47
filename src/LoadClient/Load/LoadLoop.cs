using LoadClient.Kernel;
using LoadClient.Responses;

namespace LoadClient.Load;

/// <summary>
/// One thread that has a share of the run's connections, all of them non-blocking: begins them when the schedule says so,
/// waits for the kernel, ends those whose time is over. Allocates nothing while it runs.
/// </summary>
internal sealed class LoadLoop : IDisposable
{
    /// <summary>
    /// So many starts, then a look at what has happened: a burst of 15,000 connects takes half a second, and the first of
    /// them want to be served meanwhile.
    /// </summary>
    private const int StartsAtOnce = 32;

    /// <summary>When this machine is out of ports or descriptors, trying at full speed would only fail at full speed.</summary>
    private const long RestAfterOwnLimit = 10 * MonotonicClock.Millisecond;

    /// <summary>An open loop's start that is later than this is counted as late.</summary>
    private const long LateStart = MonotonicClock.Millisecond;

    private readonly Epoll _epoll = new();
    private readonly IStartSchedule _schedule;
    private readonly Connections _connections;
    private readonly IntervalFeed _feed;
    private readonly IRequestRecorder? _recorder;
    private readonly long _start;
    private readonly Tally _tally = new();
    private volatile bool _isStopping;
    private long _restUntil;
    private long _idle;

    public LoadLoop(LoadSettings settings, IStartSchedule schedule, ResponseJudge judge, int connections, RunStart start, IRequestRecorder? recorder)
    {
        _schedule = schedule;
        _recorder = recorder;
        _start = start.Timestamp;
        _feed = new IntervalFeed(start.Timestamp);
        _connections = new Connections(settings, judge, _epoll, connections, new ConnectionRecord(_tally, _feed, recorder, start));
    }

    public Tally Tally => _tally;

    public IntervalFeed Feed => _feed;

    public int Active => (int)(_tally.Started - _tally.Ended);

    public string ServerSoftware => _connections.ServerSoftware;

    /// <summary>Share of its time, from its first start to its end, in which the loop did not wait for something to do.</summary>
    public double BusyShare { get; private set; }

    /// <summary>Runs until all connections have ended, or until <see cref="Stop"/>.</summary>
    public void Run()
    {
        long now = RunUntilDone();
        _connections.Abandon();
        _feed.Close(now);
        _recorder?.Dispose();
        BusyShare = now > _start ? 1 - ((double)_idle / (now - _start)) : 0;
    }

    /// <summary>Ends the run early, from any thread. Connections that are under way are abandoned.</summary>
    public void Stop()
    {
        _isStopping = true;
        _epoll.Ring();
    }

    public void Dispose()
    {
        _connections.Dispose();
        _epoll.Dispose();
    }

    /// <returns>The present, after the last connection's end.</returns>
    private long RunUntilDone()
    {
        long now = MonotonicClock.Now;
        while (!_isStopping)
        {
            _connections.EndOverdue(now);
            _connections.RetryFullBacklog();
            Start();
            now = MonotonicClock.Now;
            long due = _schedule.NextDue(now);
            if (due == IStartSchedule.Never && _connections.Active == 0)
            {
                break;
            }

            now = Wait(now, due);
        }

        return now;
    }

    private void Start()
    {
        for (int i = 0; i < StartsAtOnce && _connections.HasFree; i++)
        {
            long now = MonotonicClock.Now;
            if (now < _restUntil || _schedule.NextDue(now) > now || !_schedule.TryTake(now, out long intendedStart))
            {
                return;
            }

            if (_schedule.IsOpenLoop && now - intendedStart > LateStart)
            {
                _tally.CountLateStart(now - intendedStart);
            }

            ConnectionOutcome? failure = _connections.Begin(intendedStart, now);
            if (failure is { } outcome && ConnectionOutcomes.IsOwnLimit(outcome) && !_schedule.IsOpenLoop)
            {
                _restUntil = now + RestAfterOwnLimit;
            }
        }
    }

    /// <returns>The present, after the wait.</returns>
    private long Wait(long now, long due)
    {
        long until = Math.Min(_feed.End, _connections.NextDeadline);
        if (_connections.HasFree)
        {
            until = Math.Min(until, Math.Max(due, _restUntil));
        }

        int count = _epoll.Wait(Math.Max(0, until - now));
        long woken = MonotonicClock.Now;
        if (until > now && _tally.Started > 0)
        {
            _idle += woken - now;
        }

        if (woken >= _feed.End)
        {
            _feed.Roll(woken);
        }

        for (int i = 0; i < count; i++)
        {
            (int key, uint events) = _epoll.Event(i);
            if (key >= 0)
            {
                _connections.OnEvents(key, events);
            }
        }

        return MonotonicClock.Now;
    }
}
