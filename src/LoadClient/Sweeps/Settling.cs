using System.Net;
using LoadClient.Load;

namespace LoadClient.Sweeps;

/// <summary>
/// The wait before each run, so that it does not pay for the one before: until no connection to the target is open and
/// there are enough ports that no closed connection keeps, then a pause in which the server's threads and its collector
/// come to rest.
/// </summary>
/// <param name="pause">The pause.</param>
/// <param name="localPorts">Ports that one address has for one target.</param>
/// <param name="count">The connections to and from a target.</param>
/// <param name="timeProvider">Measures the wait.</param>
internal sealed class Settling(TimeSpan pause, int localPorts, Func<IPEndPoint, ConnectionCounts> count, TimeProvider timeProvider)
{
    public static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(1);

    /// <summary>The kernel keeps a closed connection's ports for 60 s, whatever is configured. What lasts longer than that does not end by waiting.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(65);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    /// <summary>Empty when everything has settled; else what has not, for the row's note.</summary>
    public async Task<string> WaitAsync(LoadSettings next, CancellationToken cancellationToken)
    {
        string unsettled = "";
        if (next.Target.EndPoint is IPEndPoint target)
        {
            long start = timeProvider.GetTimestamp();
            while ((unsettled = Unsettled(count(target), next)).Length > 0 && timeProvider.GetElapsedTime(start) < Longest)
            {
                await Task.Delay(Poll, timeProvider, cancellationToken);
            }
        }

        await Task.Delay(pause, timeProvider, cancellationToken);
        return unsettled;
    }

    private string Unsettled(ConnectionCounts counts, LoadSettings next)
    {
        // A run of more connections than there are ports meets its own closed ones, so that a full range gains it nothing;
        // and a run bounded by its duration may be such a one. Half of the range is what these get.
        long ports = (long)localPorts * Math.Max(1, next.Sources.Count);
        long needed = Math.Min(next.Requests ?? long.MaxValue, ports / 2);
        return SweepNotes.Join(
            counts.Open > 0 ? $"{counts.Open} connections were still open at the start" : "",
            counts.TimeWait > ports - needed ? $"{counts.TimeWait} of {ports} ports were still in TIME_WAIT at the start" : "");
    }
}
