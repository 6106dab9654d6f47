using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Kernel;

namespace KestrelRaw.Connections.Listening;

/// <inheritdoc />
internal sealed class ListenSocket(Socket socket) : IListenSocket
{
    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <summary>Connections in the kernel's accept queue; null where the kernel can't say.</summary>
    public int? QueueLength => TcpInfo.ReadAcceptQueue(socket);

    public ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken) => socket.AcceptAsync(cancellationToken);

    public bool TryAccept(out Socket? accepted)
    {
        // Nobody else accepts from this socket, so one that polls readable can't block in accept.
        accepted = socket.Poll(0, SelectMode.SelectRead) ? socket.Accept() : null;
        return accepted is not null;
    }

    public bool TryRefuseNewConnections() => OperatingSystem.IsLinux() && EndPoint is IPEndPoint && SynFilter.TryAttach(socket);

    /// <remarks>.NET removes the path of a Unix domain socket with it.</remarks>
    public void Dispose() => socket.Dispose();
}
