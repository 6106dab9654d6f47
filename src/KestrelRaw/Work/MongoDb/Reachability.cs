namespace KestrelRaw.Work.MongoDb;

/// <summary>
/// Whether MongoDB can be reached, as the driver's heartbeats see it. The driver calls a server lost as soon as one
/// connection breaks, and asks it anew at once: only a loss that lasts is one.
/// </summary>
internal sealed class Reachability : IDisposable
{
    /// <summary>Two of the driver's shortest distances between heartbeats.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>At the start, as long as nothing is known: the first heartbeat needs a connection, and the driver is compiled meanwhile.</summary>
    public static readonly TimeSpan FirstGrace = TimeSpan.FromSeconds(5);

    private const string NoReason = "no heartbeat is answered";

    private readonly Lock _lock = new();
    private readonly Action _onReached;
    private readonly Action<string> _onLost;
    private readonly ITimer _grace;
    private bool _isSeen;
    private bool _isLost;
    private bool _isReached;
    private bool _hasAnswer;
    private string _reason = NoReason;

    /// <param name="onReached">Called when it is there, for the first time or again.</param>
    /// <param name="onLost">Called when it is gone, or was not there at the start, with the reason.</param>
    /// <param name="timeProvider">Measures the grace.</param>
    public Reachability(Action onReached, Action<string> onLost, TimeProvider timeProvider)
    {
        _onReached = onReached;
        _onLost = onLost;
        _grace = timeProvider.CreateTimer(static state => ((Reachability)state!).Expire(), this, FirstGrace, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Null when it can be reached, else why not.</summary>
    public string? Fault
    {
        get
        {
            lock (_lock)
            {
                return _isReached ? null : _reason;
            }
        }
    }

    /// <param name="isSeen">There is a server that reads can go to.</param>
    /// <param name="reason">Why not, when that is known.</param>
    public void Update(bool isSeen, string? reason)
    {
        lock (_lock)
        {
            // That of an earlier loss is over with it.
            _reason = isSeen ? NoReason : reason ?? _reason;
            if (isSeen && !_isReached)
            {
                (_isReached, _isLost) = (true, false);
                _onReached();
            }

            bool isFirstAnswer = !_hasAnswer && (isSeen || reason is not null);
            _hasAnswer |= isFirstAnswer;
            if (isSeen != _isSeen || isFirstAnswer)
            {
                _isSeen = isSeen;
                _grace.Change(isSeen ? Timeout.InfiniteTimeSpan : Grace, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose() => _grace.Dispose();

    private void Expire()
    {
        lock (_lock)
        {
            if (!_isSeen && !_isLost)
            {
                (_isReached, _isLost) = (false, true);
                _onLost(_reason);
            }
        }
    }
}
