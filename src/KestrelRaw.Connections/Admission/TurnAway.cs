using System.Buffers;
using System.Net.Sockets;
using KestrelRaw.Connections.Closing;

namespace KestrelRaw.Connections.Admission;

/// <summary>The end of a connection that got no slot.</summary>
internal static class TurnAway
{
    private const int DiscardBytes = 4096;

    /// <summary>
    /// Sends the response, half-closes and discards what the client sends until its FIN: a close with unread input would
    /// be a RST, and that could destroy the response. Never throws for what a client does.
    /// </summary>
    /// <returns>The bytes that were received and sent.</returns>
    public static async Task<(long Received, long Sent)> CloseAsync(
        AcceptedSocket accepted, AdmissionOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (options.RejectWithReset)
        {
            accepted.Reset();
            return (0, 0);
        }

        Socket socket = accepted.ToSocket();
        long received = 0;
        long sent = 0;
        using var timeout = new CancellationTokenSource(options.RejectLinger, timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(DiscardBytes);
        try
        {
            for (ReadOnlyMemory<byte> rest = options.RejectResponse; !rest.IsEmpty; rest = options.RejectResponse[(int)sent..])
            {
                sent += await socket.SendAsync(rest, linked.Token);
            }

            socket.Shutdown(SocketShutdown.Send);
            while (received < InputDiscarder.DefaultMaxBytes && await socket.ReceiveAsync(buffer, linked.Token) is var count and > 0)
            {
                received += count;
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The client was faster, or slower than it may be. There is nothing to save.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            socket.Dispose();
        }

        return (received, sent);
    }
}
