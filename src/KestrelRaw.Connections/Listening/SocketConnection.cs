using System.Net.Sockets;
using System.Runtime.InteropServices;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Connections.Listening;

/// <summary>A connection that sends through .NET's <see cref="System.Net.Sockets.Socket"/>.</summary>
internal abstract class SocketConnection(AcceptedSocket accepted, Socket socket, ConnectionLease lease, ConnectionScope scope)
    : AcceptedConnection(accepted, lease, scope, scope.DueTimes)
{
    public Socket Socket => socket;

    public override SafeHandle Handle => socket.SafeHandle;

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                buffer = buffer[await socket.SendAsync(buffer, SocketFlags.None, cancellationToken)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw Translate(exception);
        }
    }

    public override void ShutdownSend()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw Translate(exception);
        }
    }
}
