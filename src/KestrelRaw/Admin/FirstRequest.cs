using System.Net;
using System.Net.Sockets;

namespace KestrelRaw.Admin;

/// <summary>
/// The admin surface asks itself once, before anybody else does. The first request makes the runtime load assemblies, and
/// each takes two descriptors: later there may be none, and what could not be loaded then fails for ever.
/// </summary>
internal static class FirstRequest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly byte[] Requests =
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\nGET /api/pools HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray();

    /// <summary>Returns when the answers have come, or could not be had: then the next request is the first.</summary>
    public static async Task MakeAsync(IPEndPoint server, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, timeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(OwnAddress(server.Address), server.Port), end.Token);
            await socket.SendAsync(Requests, end.Token);
            byte[] buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, end.Token) > 0)
            {
                // What the answers say is of no interest.
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
        }
    }

    private static IPAddress OwnAddress(IPAddress address) =>
        address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;
}
