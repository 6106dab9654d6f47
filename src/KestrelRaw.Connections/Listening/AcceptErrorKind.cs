using System.Net.Sockets;

namespace KestrelRaw.Connections.Listening;

/// <summary>What a failed accept means for the accept loop.</summary>
internal enum AcceptErrorKind
{
    /// <summary>That one connection died in the queue; the next one is fine.</summary>
    Connection,

    /// <summary>The process or the machine is short of something; it will be given back.</summary>
    Shortage,

    /// <summary>The listening socket itself is gone.</summary>
    Fatal,
}

internal static class AcceptErrors
{
    public static AcceptErrorKind Classify(Exception error) => error switch
    {
        SocketException socketError => Classify(socketError.SocketErrorCode),
        ObjectDisposedException => AcceptErrorKind.Fatal,
        _ => AcceptErrorKind.Shortage,
    };

    public static AcceptErrorKind Classify(SocketError error) => error switch
    {
        // accept(2): pending network errors of the new connection are reported by accept and are to be retried.
        SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.Interrupted or SocketError.TimedOut
            or SocketError.NetworkDown or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.HostUnreachable
            or SocketError.ProtocolOption or SocketError.WouldBlock => AcceptErrorKind.Connection,

        // EBADF, EINVAL, ENOTSOCK.
        SocketError.OperationAborted or SocketError.InvalidArgument or SocketError.NotSocket => AcceptErrorKind.Fatal,

        // EMFILE, ENFILE, ENOBUFS, ENOMEM; and whatever else there is, because retrying it at once could spin.
        _ => AcceptErrorKind.Shortage,
    };
}
