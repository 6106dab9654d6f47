using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Closing;

/// <summary>
/// Sends past the pipe, straight to the kernel, and half-closes. Kestrel's pipe can do neither: a completed
/// <c>FlushAsync</c> doesn't mean that the bytes have left the process, and completing the output closes both
/// directions. Don't use it after something was written to <c>Transport.Output</c> (the order would be lost), nor
/// when the transport is wrapped, by TLS for example.
/// </summary>
public interface IHalfCloseFeature
{
    /// <summary>Returns when the kernel has taken every byte.</summary>
    /// <param name="buffer">What to send.</param>
    /// <param name="cancellationToken">Stops the send; an unknown part of the buffer has left by then.</param>
    /// <exception cref="ConnectionResetException">The client reset the connection.</exception>
    /// <exception cref="ConnectionAbortedException">The connection was aborted from this side.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Sends, and half-closes behind the last byte. The epoll transport lets both travel in one packet.</summary>
    /// <param name="buffer">What to send.</param>
    /// <param name="cancellationToken">Stops the send; an unknown part of the buffer has left by then.</param>
    /// <exception cref="ConnectionResetException">The client reset the connection.</exception>
    /// <exception cref="ConnectionAbortedException">The connection was aborted from this side.</exception>
    ValueTask SendLastAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken);

    /// <summary><c>shutdown(SHUT_WR)</c>: the client reads end of file behind the last byte; it can go on sending.</summary>
    /// <exception cref="ConnectionResetException">The client reset the connection.</exception>
    /// <exception cref="ConnectionAbortedException">The connection was aborted from this side.</exception>
    void ShutdownSend();
}
