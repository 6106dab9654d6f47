using System.Net.Sockets;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Endpoints;

/// <summary>An endpoint whose sockets listen; a host name with two addresses has two of them.</summary>
internal sealed record BoundEndpoint(EndpointSettings Settings, IReadOnlyList<Socket> ListenSockets, ConnectionPool? Pool) : IDisposable
{
    public void Dispose()
    {
        foreach (Socket socket in ListenSockets)
        {
            socket.Dispose();
        }
    }
}
