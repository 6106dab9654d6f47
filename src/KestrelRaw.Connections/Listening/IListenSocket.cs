using System.Net;
using KestrelRaw.Connections.Admission;

namespace KestrelRaw.Connections.Listening;

/// <summary>What the accept loop needs of a listening socket; a seam for tests that break it.</summary>
internal interface IListenSocket : IDisposable
{
    EndPoint EndPoint { get; }

    /// <summary>Connections in the kernel's accept queue; null where the kernel can't say.</summary>
    int? QueueLength { get; }

    /// <summary>Another process holds the socket too, and will accept from it when this one is gone.</summary>
    bool IsShared { get; }

    /// <summary>Connections that come from now on are ended when their client acknowledges nothing for so long; null: hours.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The kernel can't.</exception>
    void SetUnreachableTimeout(TimeSpan? timeout);

    ValueTask<AcceptedSocket> AcceptAsync(CancellationToken cancellationToken);

    /// <summary>Takes a connection out of the kernel's queue without waiting; false when the queue is empty.</summary>
    bool TryAccept(out AcceptedSocket accepted);

    /// <summary>From now on no handshake begins; those that are under way go on into the queue.</summary>
    /// <returns>False where that can't be had; a connection that comes between the last accept and the close is then reset.</returns>
    bool TryRefuseNewConnections();

    /// <summary>Handshakes are under way that will end in the queue, as soon as the client's ACK is here. False where nobody can tell.</summary>
    bool HasHandshakes();
}
