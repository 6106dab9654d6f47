using KestrelRaw.Connections.Pools;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KestrelRaw.Connections.Adaptation;

/// <summary>
/// Lets a pool find its own size: as many connections as keep busy what their work needs, a database for example, and few
/// more, so that the rest waits where it costs nothing. It is found from the latency of the work alone, which
/// <see cref="Begin"/> and <see cref="WorkSample.End"/> measure. All members are safe from any thread.
/// </summary>
public sealed partial class AdaptivePoolSize : IDisposable
{
    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    private readonly ConnectionPool _pool;
    private readonly ILogger _logger;
    private readonly GradientLimit _limit;
    private readonly long _origin;
    private readonly ITimer _probeTimer;
    private readonly Lock _lock = new();
    private readonly long[] _decisions = new long[AdaptationReasonNames.All.Count];

    /// <summary>The size that the pool was last given, or given by somebody else; else it would be found to be changed.</summary>
    private int? _applied;

    /// <summary>A thread is in <see cref="Apply"/>, and looks once more before it leaves.</summary>
    private bool _isApplying;
    private bool _isDisposed;
    private AdaptationDecision _last;

    /// <summary>
    /// Begins with the pool's own size, or with 20 when that is unlimited, within the bounds. When somebody else resizes
    /// the pool later, adaptation goes on from there; while its size is 0, adaptation rests.
    /// </summary>
    /// <param name="pool">The pool, and its clock.</param>
    /// <param name="options">The bounds; null is the defaults.</param>
    /// <param name="logger">Gets an event for each change of the size and each probe.</param>
    /// <exception cref="ArgumentException"><paramref name="options"/> are not valid.</exception>
    public AdaptivePoolSize(ConnectionPool pool, AdaptivePoolSizeOptions? options = null, ILogger? logger = null)
        : this(pool, options, logger, new Random())
    {
    }

    internal AdaptivePoolSize(ConnectionPool pool, AdaptivePoolSizeOptions? options, ILogger? logger, Random random)
    {
        ArgumentNullException.ThrowIfNull(pool);
        options = options is null ? new() : options with { };
        if (options.Validate() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        }

        _pool = pool;
        _logger = logger ?? NullLogger.Instance;
        _origin = pool.TimeProvider.GetTimestamp();
        _probeTimer = pool.TimeProvider.CreateTimer(static state => ((AdaptivePoolSize)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _applied = pool.Size;
        pool.AdaptiveMaximum = options.Maximum;
        int start = pool.Size ?? AdaptivePoolSizeOptions.DefaultStart;
        _limit = new GradientLimit(options, start, random);
        _last = _limit.Restart(TimeSpan.Zero, start, AdaptationReason.Started);
        pool.Resized += OnResized;
        Note(_last);
        if (start > 0)
        {
            Apply();
        }
    }

    /// <summary>The pool that finds its own size.</summary>
    public string PoolName => _pool.Name;

    /// <summary>The last decision: why the size is what it is.</summary>
    public AdaptationDecision LastDecision => Volatile.Read(ref _last);

    internal bool IsDisposed => Volatile.Read(ref _isDisposed);

    private TimeSpan Now => _pool.TimeProvider.GetElapsedTime(_origin);

    /// <summary>A connection's work begins. Allocates nothing, here and at its end.</summary>
    /// <returns>To be ended when the work has.</returns>
    public WorkSample Begin()
    {
        int inUse = _pool.InUse;
        lock (_lock)
        {
            TimeSpan now = Now;
            _limit.Begin(now, inUse);
            return new WorkSample(this, now);
        }
    }

    /// <summary>How often it was decided for <paramref name="reason"/>.</summary>
    internal long Count(AdaptationReason reason) => Volatile.Read(ref _decisions[(int)reason]);

    /// <summary>Leaves the pool's size as it was outside of probes. Samples that end later change nothing.</summary>
    public void Dispose()
    {
        _pool.Resized -= OnResized;
        int? size;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _pool.IsProbing = false;
            size = _limit.IsProbing && _applied == _limit.Limit ? _limit.Size : null;
        }

        _probeTimer.Dispose();
        if (size is not null)
        {
            _pool.Resize(size);
        }
    }

    internal void End(TimeSpan began, bool isGood)
    {
        AdaptationDecision? decision;
        lock (_lock)
        {
            decision = Keep(_limit.End(began, Now, isGood));
        }

        Carry(decision);
    }

    private void Look()
    {
        AdaptationDecision? decision;
        lock (_lock)
        {
            decision = Keep(_limit.Look(Now));
            ArmLocked();
        }

        Carry(decision);
    }

    private void OnResized()
    {
        AdaptationDecision? decision = null;
        lock (_lock)
        {
            int? size = _pool.Size;
            if (size != _applied && size != 0)
            {
                _applied = size;
                decision = Keep(_limit.Restart(Now, size ?? AdaptivePoolSizeOptions.DefaultStart, AdaptationReason.Resized));
            }
        }

        Carry(decision);
    }

    /// <summary>Under the lock: what else has to happen in the decisions' order.</summary>
    private AdaptationDecision? Keep(AdaptationDecision? decision)
    {
        if (decision is null || _isDisposed)
        {
            return null;
        }

        Volatile.Write(ref _last, decision);
        ArmLocked();
        return decision;
    }

    /// <summary>Looks at a probe when its time is up, if the end of no work has done so. A timer may fire a little early; then once more.</summary>
    private void ArmLocked()
    {
        if (!_isDisposed)
        {
            TimeSpan wait = _limit.ProbeEnd is { } end ? Later(end - Now, TimerStep) : Timeout.InfiniteTimeSpan;
            _probeTimer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void Carry(AdaptationDecision? decision)
    {
        if (decision is not null)
        {
            Note(decision);
            Apply();
        }
    }

    /// <summary>
    /// Without the lock, because a pool that grows runs those who waited, on this thread. One thread at a time, so that
    /// the newest size is the last that the pool gets.
    /// </summary>
    private void Apply()
    {
        while (true)
        {
            int size;
            lock (_lock)
            {
                size = _limit.Limit;
                _pool.IsProbing = _limit.IsProbing && !_isDisposed;
                if (_isApplying || _isDisposed || _applied == size || _pool.Size == 0)
                {
                    return;
                }

                _isApplying = true;
                _applied = size;
            }

            try
            {
                _pool.Resize(size);
            }
            finally
            {
                lock (_lock)
                {
                    _isApplying = false;
                }
            }
        }
    }

    private void Note(AdaptationDecision decision)
    {
        Interlocked.Increment(ref _decisions[(int)decision.Reason]);
        Log.Decision(_logger, _pool.Name, decision);
    }
}
