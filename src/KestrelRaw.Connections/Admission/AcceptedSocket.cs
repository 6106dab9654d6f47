using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using KestrelRaw.Connections.Kernel;

namespace KestrelRaw.Connections.Admission;

/// <summary>A connection as accept(2) gave it: with .NET's object around the descriptor, or, cheaper, without.</summary>
/// <param name="Handle">The descriptor.</param>
/// <param name="RemoteEndPoint">The client's address as accept(2) told it; null behind a Unix domain socket.</param>
/// <param name="AcceptedAt">When it was accepted, as a timestamp.</param>
internal readonly record struct AcceptedSocket(SafeHandle Handle, EndPoint? RemoteEndPoint, long AcceptedAt)
{
    private readonly Socket? _socket;

    public AcceptedSocket(Socket socket, long acceptedAt)
        : this(socket.SafeHandle, socket.RemoteEndPoint, acceptedAt) => _socket = socket;

    /// <summary>.NET's object, which now owns the descriptor. It takes some system calls to make one.</summary>
    public Socket ToSocket()
    {
        if (_socket is not null)
        {
            return _socket;
        }

        var socket = new Socket(new SafeSocketHandle(Handle.DangerousGetHandle(), ownsHandle: true));
        Handle.SetHandleAsInvalid();
        return socket;
    }

    /// <summary>Closes it with a RST.</summary>
    public void Reset()
    {
        if (_socket is not null)
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        else
        {
            SocketCalls.ResetAtClose(Handle);
        }

        Dispose();
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        if (_socket is not null)
        {
            _socket.Dispose();
        }
        else
        {
            Handle.Dispose();
        }
    }
}
