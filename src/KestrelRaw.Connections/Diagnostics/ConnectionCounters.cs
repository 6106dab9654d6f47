namespace KestrelRaw.Connections.Diagnostics;

/// <summary>
/// Counts one endpoint's connections. A connection is counted as accepted before it is counted as finished, and it
/// finishes once; what runs now is the difference. So accepted = active + finished holds in every snapshot.
/// </summary>
public sealed class ConnectionCounters
{
    private readonly long[] _finished = new long[ConnectionOutcomeNames.All.Length];
    private long _accepted;
    private long _acceptErrors;

    internal void CountAccepted() => Interlocked.Increment(ref _accepted);

    internal void CountFinished(ConnectionOutcome outcome) => Interlocked.Increment(ref _finished[(int)outcome]);

    internal void CountAcceptError() => Interlocked.Increment(ref _acceptErrors);

    /// <summary>The counts at one moment.</summary>
    public ConnectionCounts Snapshot()
    {
        // Finished first: a connection that is accepted and finished between the two reads then shows as active,
        // never as finished without having been accepted.
        var finished = new long[_finished.Length];
        for (int i = 0; i < finished.Length; i++)
        {
            finished[i] = Interlocked.Read(ref _finished[i]);
        }

        return new ConnectionCounts(Interlocked.Read(ref _accepted), finished, Interlocked.Read(ref _acceptErrors));
    }
}
