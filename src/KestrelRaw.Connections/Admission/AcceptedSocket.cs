using System.Net;
using System.Net.Sockets;

namespace KestrelRaw.Connections.Admission;

/// <summary>A connection before it has a slot.</summary>
/// <param name="Socket">The socket.</param>
/// <param name="RemoteEndPoint">The client's address as accept(2) told it.</param>
/// <param name="AcceptedAt">When it was accepted, as a timestamp.</param>
internal readonly record struct AcceptedSocket(Socket Socket, EndPoint? RemoteEndPoint, long AcceptedAt);
