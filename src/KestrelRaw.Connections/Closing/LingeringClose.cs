using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Closing;

/// <summary>
/// What comes between the half-close and the close: input is discarded until the client's FIN, so that the close sends
/// a FIN and not a RST. The idea is nginx's <c>lingering_close</c>.
/// </summary>
public static class LingeringClose
{
    /// <summary>
    /// The whole linger takes at most this many times the longest silence: nginx's own ratio is 6 (30 s in all, 5 s of
    /// silence); a pool slot is held meanwhile.
    /// </summary>
    public const int TotalToSilence = 5;

    /// <summary>How long the next read may wait: the silence, or what is left of the whole linger; never negative.</summary>
    public static TimeSpan NextWait(TimeSpan silence, TimeSpan elapsed)
    {
        TimeSpan left = (silence * TotalToSilence) - elapsed;
        return left > silence ? silence : left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Discards until the FIN, the cap of the discarder, a silence of <paramref name="silence"/>, or five times that in all.</summary>
    public static async ValueTask LingerAsync(
        InputDiscarder input, TimeSpan silence, IConnectionOutcomeFeature connection, PhaseTimer timer, TimeProvider timeProvider)
    {
        long start = timeProvider.GetTimestamp();
        try
        {
            while (!input.IsFinished)
            {
                timer.Start(NextWait(silence, timeProvider.GetElapsedTime(start)), ConnectionOutcome.Completed);
                await input.DiscardOnceAsync(connection.Ended);
            }
        }
        catch (OperationCanceledException) when (connection.Ended.IsCancellationRequested)
        {
            // Time is up, or the connection was aborted: the close follows either way.
        }
        catch (Exception exception) when (ClientLoss.Explains(exception))
        {
            // Many clients reset instead of closing once they have their response. It was sent; nothing is lost.
        }
        catch (ConnectionAbortedException)
        {
            // The shutdown deadline passed while the response was already sent.
        }
    }
}
