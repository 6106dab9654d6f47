using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Closing;

/// <summary>What a connection's pipes and calls throw when the client is gone.</summary>
internal static class ClientLoss
{
    /// <summary>
    /// A reset has a type of its own. That the client can't be reached any more (ETIMEDOUT, EHOSTUNREACH and the like)
    /// Kestrel's pipe says with the socket's own exception. Only for exceptions that can come from nothing else.
    /// </summary>
    public static bool Explains(Exception exception) => exception is ConnectionResetException or SocketException;
}
