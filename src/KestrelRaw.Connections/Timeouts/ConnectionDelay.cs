using System.Threading.Tasks.Sources;

namespace KestrelRaw.Connections.Timeouts;

/// <summary>The wait of one connection; one object for all its waits.</summary>
internal sealed class ConnectionDelay : DueTimeEntry, IValueTaskSource
{
    private readonly object _owner;
    private readonly DueTimes _dueTimes;
    private ManualResetValueTaskSourceCore<bool> _source;
    private bool _isWaiting;

    /// <param name="owner">Whose it is.</param>
    /// <param name="dueTimes">Where it waits.</param>
    /// <param name="continueInline">The thread that ends the wait goes on with what waited.</param>
    public ConnectionDelay(object owner, DueTimes dueTimes, bool continueInline)
    {
        _owner = owner;
        _dueTimes = dueTimes;
        _source.RunContinuationsAsynchronously = !continueInline;
    }

    public ValueTask StartAsync(TimeSpan delay)
    {
        if (_isWaiting)
        {
            throw new InvalidOperationException("The connection waits already.");
        }

        _isWaiting = true;
        _source.Reset();
        _dueTimes.Add(this, delay);
        return new ValueTask(this, _source.Version);
    }

    /// <summary>Ends the wait early, if there is one.</summary>
    public void Cancel()
    {
        if (_dueTimes.Remove(this))
        {
            _source.SetException(new OperationCanceledException(new CancellationToken(canceled: true)));
        }
    }

    public override void OnDue() => _source.SetResult(true);

    public override string? ToString() => _owner.ToString();

    void IValueTaskSource.GetResult(short token)
    {
        _isWaiting = false;
        _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
