using KestrelRaw.Connections.Admission;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>
/// Takes every connection out of the kernel's queue, which would be reset when the listening socket closes, and those that
/// are on their way into it: their clients may think that they are connected already.
/// </summary>
/// <param name="listenSocket">What is to be closed next.</param>
/// <param name="scope">The endpoint.</param>
/// <param name="headroom">How many more the process can hold.</param>
/// <param name="admit">What becomes of a connection.</param>
internal sealed partial class BacklogDrain(IListenSocket listenSocket, ConnectionScope scope, DescriptorHeadroom headroom, Action<AcceptedSocket> admit)
{
    /// <summary>Between two looks at the kernel's table, which has a line for every connection of the machine.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// A handshake whose last packet was lost goes on after a second, when the kernel repeats its own; one that takes longer
    /// may be none (a flood of SYNs), and must not hold up the shutdown.
    /// </summary>
    private static readonly TimeSpan LongestHandshake = TimeSpan.FromMilliseconds(1200);

    /// <summary>Runs until the queue is empty or the deadline has passed.</summary>
    /// <returns>False when there are no descriptors for what is left: to be run again when some have come free.</returns>
    public async ValueTask<bool> RunAsync(CancellationToken deadline)
    {
        if (!listenSocket.TryRefuseNewConnections())
        {
            Log.NewConnectionsNotRefused(scope.Logger, scope.Endpoint);
        }

        long start = scope.TimeProvider.GetTimestamp();
        do
        {
            // Before the look, which takes its time on a machine of many connections.
            if (!TryEmpty(deadline))
            {
                return false;
            }
        }
        while (await MoreMayComeAsync(start, deadline));

        // What came in while the last look was taken.
        return TryEmpty(deadline);
    }

    private bool TryEmpty(CancellationToken deadline)
    {
        while (!deadline.IsCancellationRequested && listenSocket.TryAccept(out AcceptedSocket socket))
        {
            admit(socket);
            if (headroom.IsExhausted())
            {
                return false;
            }
        }

        return true;
    }

    private async ValueTask<bool> MoreMayComeAsync(long start, CancellationToken deadline)
    {
        if (scope.TimeProvider.GetElapsedTime(start) > LongestHandshake || !listenSocket.HasHandshakes())
        {
            return false;
        }

        await Task.Delay(BetweenLooks, scope.TimeProvider, deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !deadline.IsCancellationRequested;
    }

    private static partial class Log
    {
        [LoggerMessage(4, LogLevel.Debug, "Endpoint {Endpoint}: new connections can't be kept out while the kernel's queue is emptied; one that comes just before the close is reset", EventName = "NewConnectionsNotRefused")]
        public static partial void NewConnectionsNotRefused(ILogger logger, string endpoint);
    }
}
