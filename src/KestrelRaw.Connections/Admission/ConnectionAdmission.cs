using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Connections.Timeouts;

namespace KestrelRaw.Connections.Admission;

/// <summary>
/// One endpoint's way into its pool: what it does when the pool is full, and its queue. Endpoints that share a pool have
/// one of these each. Safe from any thread.
/// </summary>
public sealed class ConnectionAdmission : IPoolStatus
{
    private readonly Lock _timing = new();
    private volatile AdmissionOptions _options;
    private ITimer? _timer;
    private bool _isTimerArmed;

    /// <summary>Creates an endpoint's way into <paramref name="pool"/>.</summary>
    /// <exception cref="ArgumentException">The options are not valid; the message names every fault.</exception>
    public ConnectionAdmission(ConnectionPool pool, AdmissionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        Pool = pool;
        _options = Checked(options is null ? new AdmissionOptions() : options with { });
        pool.SetOrder(Member, _options.QueueOrder);
    }

    /// <summary>The options were changed.</summary>
    internal event Action? Changed;

    /// <summary>The pool, perhaps shared with other endpoints.</summary>
    public ConnectionPool Pool { get; }

    /// <summary>Slots of the pool that this endpoint's connections hold.</summary>
    public int InUse => Member.InUse;

    /// <summary>Connections of this endpoint that are accepted and wait for a slot.</summary>
    public int Queued => Pool.CountQueued(Member);

    string IPoolStatus.PoolName => Pool.Name;

    int? IPoolStatus.Size => Pool.Size;

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
        _options = Checked(options with { });
        Pool.SetOrder(Member, options.QueueOrder);
        lock (_timing)
        {
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

    /// <summary>Takes a slot at once, or puts the connection into the queue.</summary>
    internal EntryAnswer Enter(QueuedConnection connection, EntryTerms terms, out ConnectionLease lease)
    {
        EntryAnswer answer = Pool.Enter(connection, terms, out lease);
        if (answer == EntryAnswer.Queued && terms.IsTimed)
        {
            lock (_timing)
            {
                if (!_isTimerArmed)
                {
                    Arm(_options.QueueTimeout);
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

            if (nextIn is { } wait)
            {
                Arm(wait);
            }
        }

        expired.ForEach(static connection => connection.OnLeft(ConnectionOutcome.QueueTimeout));
    }

    /// <summary>One timer for the whole queue: all wait equally long, so the one that came first is due first.</summary>
    private void Arm(TimeSpan wait)
    {
        _isTimerArmed = true;
        wait = MonotonicDelay.WholeMilliseconds(wait);
        if (_timer is null)
        {
            _timer = Pool.TimeProvider.CreateTimer(static state => ((ConnectionAdmission)state!).OnTimer(), this, wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private static AdmissionOptions Checked(AdmissionOptions options) =>
        options.Validate() is { Count: > 0 } faults ? throw new ArgumentException(string.Join("; ", faults), nameof(options)) : options;
}
