using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Connections.Timeouts;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KestrelRaw.Connections.Admission;

/// <summary>
/// One endpoint's way into its pool: what it does when the pool is full, and its queue. Endpoints that share a pool have
/// one of these each. Safe from any thread.
/// </summary>
public sealed partial class ConnectionAdmission : IPoolStatus
{
    /// <summary>Where slots come free one by one an overload may end and begin again within a second: more lines than one in this time say nothing new.</summary>
    private static readonly TimeSpan BetweenNews = TimeSpan.FromSeconds(10);

    private readonly Lock _timing = new();
    private volatile AdmissionOptions _options;
    private ITimer? _timer;
    private bool _isTimerArmed;
    private long _armedAt;
    private TimeSpan _armedFor;
    private OverloadEpisode? _overload;
    private DateTimeOffset _lastNews = DateTimeOffset.MinValue;
    private (ILogger Logger, string Endpoint) _log = (NullLogger.Instance, "");

    /// <summary>Creates an endpoint's way into <paramref name="pool"/>.</summary>
    /// <exception cref="ArgumentException">The options are not valid; the message names every fault.</exception>
    public ConnectionAdmission(ConnectionPool pool, AdmissionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        Pool = pool;
        _options = Checked(options is null ? new AdmissionOptions() : options with { });
        pool.SetOrder(Member, _options.QueueOrder);
        pool.SetCoDel(Member, CoDelInForce);
    }

    /// <summary>The options were changed.</summary>
    internal event Action? Changed;

    /// <summary>The pool, perhaps shared with other endpoints.</summary>
    public ConnectionPool Pool { get; }

    /// <summary>Slots of the pool that this endpoint's connections hold.</summary>
    public int InUse => Member.InUse;

    /// <summary>Connections of this endpoint that are accepted and wait for a slot.</summary>
    public int Queued => Pool.CountQueued(Member);

    /// <summary>Since when the queue has been overloaded; null while it is not, or <see cref="AdmissionOptions.CoDel"/> is off.</summary>
    public DateTimeOffset? OverloadedSince
    {
        get
        {
            lock (_timing)
            {
                return _overload?.Since;
            }
        }
    }

    string IPoolStatus.PoolName => Pool.Name;

    int? IPoolStatus.Size => Pool.Size;

    bool? IPoolStatus.IsOverloaded => CoDelInForce is null ? null : OverloadedSince is not null;

    /// <summary>A copy of the options that are in force.</summary>
    public AdmissionOptions GetOptions() => _options with { };

    /// <summary>
    /// Changes the options at run time, all at once. Connections that run or are being turned away are not touched. Those
    /// that wait go on waiting, for the new timeout and in the new order; a lower limit turns none of them away.
    /// </summary>
    /// <param name="options">The new ones; a copy is taken. <see cref="GetOptions"/> has those in force.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message names every fault, and nothing has changed.</exception>
    public void Update(AdmissionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        lock (_timing)
        {
            _options = Checked(options with { });
            Pool.SetOrder(Member, _options.QueueOrder);
            Pool.SetCoDel(Member, CoDelInForce);
            NoteOverload();
            if (_isTimerArmed)
            {
                Arm(TimeSpan.Zero);
            }
        }

        Changed?.Invoke();
    }

    /// <summary>The options that are in force; not to be changed.</summary>
    internal AdmissionOptions Options => _options;

    internal PoolMember Member { get; } = new();

    private CoDelOptions? CoDelInForce => _options is { WhenFull: WhenFull.Queue, CoDel: { } coDel } ? coDel : null;

    /// <summary>When one who enters the queue now wants it to be looked at, at the latest.</summary>
    private TimeSpan FirstLook => CoDelInForce is not { } coDel ? _options.QueueTimeout
        : Shorter(_options.QueueTimeout, _overload is null ? coDel.Interval : coDel.Target);

    /// <summary>Who tells of overload, and under what name. The first to bind the endpoint says it.</summary>
    internal void LogTo(ILogger logger, string endpoint)
    {
        lock (_timing)
        {
            _log = _log.Endpoint.Length == 0 ? (logger, endpoint) : _log;
        }
    }

    /// <summary>Takes a slot at once, or puts the connection into the queue.</summary>
    internal EntryAnswer Enter(QueuedConnection connection, EntryTerms terms, out ConnectionLease lease)
    {
        EntryAnswer answer = Pool.Enter(connection, terms, out lease);
        if (answer == EntryAnswer.Queued && terms.IsTimed)
        {
            lock (_timing)
            {
                TimeSpan wait = FirstLook;
                if (!_isTimerArmed || (CoDelInForce is not null && wait < _armedFor - Pool.TimeProvider.GetElapsedTime(_armedAt)))
                {
                    Arm(wait);
                }
            }
        }

        return answer;
    }

    private void OnTimer()
    {
        var expired = new List<QueuedConnection>();
        lock (_timing)
        {
            _isTimerArmed = false;
            TimeSpan? nextIn;
            while (Pool.TryExpire(Member, _options.QueueTimeout, out PoolWaiter? waiter, out nextIn))
            {
                if (waiter is QueuedConnection connection)
                {
                    expired.Add(connection);
                }
            }

            NoteOverload();
            if (_overload is not null)
            {
                _overload.Expired += expired.Count;
            }

            if (nextIn is { } wait)
            {
                Arm(wait);
            }
        }

        expired.ForEach(static connection => connection.OnLeft(ConnectionOutcome.QueueTimeout));
    }

    /// <summary>Within the lock, so that beginnings and ends are told in their order.</summary>
    private void NoteOverload()
    {
        bool isOverloaded = Pool.IsOverloaded(Member);
        DateTimeOffset now = Pool.TimeProvider.GetUtcNow();
        if (isOverloaded && _overload is null)
        {
            bool isNews = now - _lastNews >= BetweenNews;
            _lastNews = isNews ? now : _lastNews;
            _overload = new OverloadEpisode(now, isNews);
            CoDelOptions coDel = CoDelInForce!;
            Log.OverloadBegan(
                _log.Logger, isNews ? LogLevel.Warning : LogLevel.Debug, _log.Endpoint, Pool.Name, coDel.Interval.TotalMilliseconds, coDel.Target.TotalMilliseconds);
        }
        else if (!isOverloaded && _overload is { } ended)
        {
            _overload = null;
            Log.OverloadEnded(
                _log.Logger, ended.IsNews ? LogLevel.Information : LogLevel.Debug, _log.Endpoint, Pool.Name, (now - ended.Since).TotalSeconds, ended.Expired);
        }
    }

    /// <summary>One timer for the whole queue: all wait equally long, so the one that came first is due first.</summary>
    private void Arm(TimeSpan wait)
    {
        wait = MonotonicDelay.WholeMilliseconds(wait);
        _isTimerArmed = true;
        _armedAt = Pool.TimeProvider.GetTimestamp();
        _armedFor = wait;
        if (_timer is null)
        {
            _timer = Pool.TimeProvider.CreateTimer(static state => ((ConnectionAdmission)state!).OnTimer(), this, wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static AdmissionOptions Checked(AdmissionOptions options) =>
        options.Validate() is { Count: > 0 } faults ? throw new ArgumentException(string.Join("; ", faults), nameof(options)) : options;

    private static partial class Log
    {
        [LoggerMessage(EventId = 80, Message = "Endpoint {Endpoint}: somebody has waited for pool {Pool} at every moment of {Interval} ms: it is overloaded. The newest is served first, and who has waited for {Target} ms leaves", EventName = "OverloadBegan")]
        public static partial void OverloadBegan(ILogger logger, LogLevel level, string endpoint, string pool, double interval, double target);

        [LoggerMessage(EventId = 81, Message = "Endpoint {Endpoint}: the overload of pool {Pool} is over after {Seconds:0.0} s; {Expired} connections had waited too long", EventName = "OverloadEnded")]
        public static partial void OverloadEnded(ILogger logger, LogLevel level, string endpoint, string pool, double seconds, int expired);
    }
}
