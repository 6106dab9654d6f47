using KestrelRaw.Connections.Diagnostics;

namespace KestrelRaw.Connections.Timeouts;

/// <summary>
/// The one timer of a connection, armed anew for each phase of its life. When a phase takes too long, the connection
/// ends with that phase's outcome. Connections of our listeners share one timer of the system for all their phases.
/// A phase gets its time once more when it is not the client that took too long: the timer itself comes late, because the
/// process was stopped or got no processor, or what the phase waits for is in the kernel already.
/// </summary>
public sealed class PhaseTimer : IDisposable
{
    /// <summary>Timers of a process that runs come within some milliseconds, also under load.</summary>
    private static readonly TimeSpan HeldUp = TimeSpan.FromMilliseconds(100);

    private readonly Entry _entry;
    private readonly DueTimes _dueTimes;
    private readonly TimerDueTimes? _ownDueTimes;

    /// <summary>Nothing is armed until <see cref="Start"/>.</summary>
    /// <param name="connection">The connection that ends.</param>
    /// <param name="timeProvider">The clock, for a connection that is not of our listeners: those have theirs.</param>
    public PhaseTimer(IConnectionOutcomeFeature connection, TimeProvider timeProvider)
    {
        _entry = new Entry(connection);
        _dueTimes = (connection as IHasDueTimes)?.DueTimes ?? (_ownDueTimes = new TimerDueTimes(timeProvider));
    }

    /// <summary>Begins a phase; the one before it is over.</summary>
    /// <param name="timeout">How long the phase may take. <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <param name="outcome">The connection's outcome when it takes longer.</param>
    public void Start(TimeSpan timeout, ConnectionOutcome outcome)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            Stop();
            return;
        }

        _entry.NextOutcome = outcome;
        _dueTimes.Add(_entry, timeout);
    }

    /// <summary>The phase ended in time.</summary>
    public void Stop() => _dueTimes.Remove(_entry);

    /// <inheritdoc />
    public void Dispose()
    {
        Stop();
        _ownDueTimes?.Dispose();
    }

    private sealed class Entry(IConnectionOutcomeFeature connection) : DueTimeEntry
    {
        private ConnectionOutcome _outcome;
        private ConnectionOutcome _missed;
        private bool _isOnceMore;

        /// <summary>Of the phase that is about to begin. One that runs keeps its own until it is left.</summary>
        public ConnectionOutcome NextOutcome { get; set; }

        public override void OnBegun()
        {
            _outcome = NextOutcome;
            _isOnceMore = false;
        }

        public override bool WaitsOnceMore(TimeSpan late)
        {
            _isOnceMore = !_isOnceMore && (late > HeldUp || connection is IHasDueTimes { } accepted && accepted.HasNewsFor(_outcome));
            return _isOnceMore;
        }

        public override void OnTaken() => _missed = _outcome;

        public override void OnDue() => connection.EndAs(_missed);

        /// <summary>For the log, when what hangs on the end holds a loop.</summary>
        public override string? ToString() => connection.ToString();
    }
}

/// <summary>A connection that says where its timers are to wait.</summary>
internal interface IHasDueTimes
{
    DueTimes DueTimes { get; }

    /// <summary>The kernel has what the phase waits for that would now end so: the handler has not come to it.</summary>
    bool HasNewsFor(ConnectionOutcome missed);
}
