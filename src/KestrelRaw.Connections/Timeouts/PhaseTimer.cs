using KestrelRaw.Connections.Diagnostics;

namespace KestrelRaw.Connections.Timeouts;

/// <summary>
/// The one timer of a connection, armed anew for each phase of its life. When a phase takes too long, the connection
/// ends with that phase's outcome.
/// </summary>
public sealed class PhaseTimer : IDisposable
{
    private readonly IConnectionOutcomeFeature _connection;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private long _start;
    private TimeSpan _timeout = Timeout.InfiniteTimeSpan;
    private ConnectionOutcome _outcome;

    /// <summary>Nothing is armed until <see cref="Start"/>.</summary>
    public PhaseTimer(IConnectionOutcomeFeature connection, TimeProvider timeProvider)
    {
        _connection = connection;
        _timeProvider = timeProvider;
    }

    /// <summary>Begins a phase; the one before it is over.</summary>
    /// <param name="timeout">How long the phase may take. <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <param name="outcome">The connection's outcome when it takes longer.</param>
    public void Start(TimeSpan timeout, ConnectionOutcome outcome)
    {
        lock (_lock)
        {
            _start = _timeProvider.GetTimestamp();
            _timeout = timeout;
            _outcome = outcome;
            if (_timer is null)
            {
                _timer = _timeProvider.CreateTimer(static state => ((PhaseTimer)state!).OnTimer(), this, timeout, Timeout.InfiniteTimeSpan);
            }
            else
            {
                _timer.Change(timeout, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>The phase ended in time.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _timeout = Timeout.InfiniteTimeSpan;
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            _timeout = Timeout.InfiniteTimeSpan;
            _timer?.Dispose();
        }
    }

    private void OnTimer()
    {
        ConnectionOutcome outcome;
        lock (_lock)
        {
            // A call that was already on its way when the next phase began, or one that the coarse clock of .NET's
            // timers made a few milliseconds early, must not end the phase that runs now.
            if (_timeout == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            TimeSpan left = _timeout - _timeProvider.GetElapsedTime(_start);
            if (left > TimeSpan.Zero)
            {
                _timer!.Change(MonotonicDelay.WholeMilliseconds(left), Timeout.InfiniteTimeSpan);
                return;
            }

            _timeout = Timeout.InfiniteTimeSpan;
            outcome = _outcome;
        }

        _connection.EndAs(outcome);
    }
}
