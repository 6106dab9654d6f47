using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Kernel;

namespace KestrelRaw.Connections.Listening;

/// <inheritdoc />
internal sealed class ListenSocket(Socket socket, bool isShared = false) : IListenSocket
{
    private readonly Lock _closing = new();
    private bool _isRefusing;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public bool IsShared => isShared;

    /// <summary>A Unix domain socket that refuses new connections: it polls readable, and when its queue is empty says EAGAIN or, should it block, EINVAL.</summary>
    public bool IsShutDown => _isRefusing && EndPoint is not IPEndPoint;

    /// <summary>Connections in the kernel's accept queue; null where the kernel can't say.</summary>
    public int? QueueLength
    {
        get
        {
            lock (_closing)
            {
                return TcpInfo.ReadAcceptQueue(socket.SafeHandle);
            }
        }
    }

    /// <remarks>Linux and TCP only; elsewhere without effect, and after the close.</remarks>
    public void SetUnreachableTimeout(TimeSpan? timeout)
    {
        if (!OperatingSystem.IsLinux() || EndPoint is not IPEndPoint)
        {
            return;
        }

        lock (_closing)
        {
            if (!socket.SafeHandle.IsClosed)
            {
                UnreachablePeers.Set(socket, timeout);
            }
        }
    }

    public async ValueTask<AcceptedSocket> AcceptAsync(CancellationToken cancellationToken) =>
        new(await socket.AcceptAsync(cancellationToken), acceptedAt: 0);

    public bool TryAccept(out AcceptedSocket accepted)
    {
        if (IsShutDown)
        {
            return TryAcceptLast(out accepted);
        }

        // Nobody else accepts from this socket, so one that polls readable can't block in accept.
        bool isAny = socket.Poll(0, SelectMode.SelectRead);
        accepted = isAny ? Restored(new AcceptedSocket(socket.Accept(), acceptedAt: 0)) : default;
        return isAny;
    }

    /// <summary>Undoes what a connection has inherited from a listening socket that refuses new ones.</summary>
    public AcceptedSocket Restored(AcceptedSocket accepted)
    {
        if (!_isRefusing || IsShutDown)
        {
            return accepted;
        }

        Socket connection = accepted.ToSocket();
        HopLimit.Restore(connection);
        return new AcceptedSocket(connection, accepted.AcceptedAt);
    }

    public bool TryRefuseNewConnections() => _isRefusing = OperatingSystem.IsLinux() && TryRefuse();

    public bool HasHandshakes() => EndPoint is IPEndPoint ip && TcpTable.HasHandshake(ip);

    /// <remarks>
    /// .NET removes the path of a Unix domain socket with it, if it was bound in this process. The lock is for a shared
    /// socket: closing one while a call on it is under way, .NET shuts it down to end that call, for every process that
    /// holds it; and with an accept pending it sets SO_LINGER to a RST, which the connections of the successor inherit.
    /// </remarks>
    public void Dispose()
    {
        lock (_closing)
        {
            socket.Dispose();
        }
    }

    /// <summary>
    /// A Unix domain socket whose receiving side is shut down refuses who comes (ECONNREFUSED) and keeps who is queued. For
    /// TCP the same call would end the listening, and reset them.
    /// </summary>
    private bool TryRefuse() => EndPoint is IPEndPoint
        ? HopLimit.TryDropEverything(socket)
        : SocketCalls.ShutdownReceive(socket.SafeHandle) >= 0;

    /// <summary>Past .NET, whose accept would wait for somebody to come.</summary>
    private bool TryAcceptLast(out AcceptedSocket accepted)
    {
        int result = SocketCalls.Accept(socket.SafeHandle, out _);
        if (result is -ErrorNumber.Again or -ErrorNumber.InvalidArgument)
        {
            accepted = default;
            return false;
        }

        accepted = result >= 0
            ? new AcceptedSocket(new Socket(new SafeSocketHandle(result, ownsHandle: true)) { Blocking = true }, acceptedAt: 0)
            : throw ErrorNumber.ToException(-result);
        return true;
    }
}
