using System.Net;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>Addresses of every family, as the handler sees them.</summary>
public sealed class EndPointTests : TransportTests
{
    [Theory, MemberData(nameof(All))]
    public Task EndPoints_IPv4_AreThoseOfTheClient(TestedTransport transport) =>
        AssertEndPointsAsync(transport, IPAddress.Loopback, IPAddress.Loopback, static endPoint => endPoint);

    [Theory, MemberData(nameof(All))]
    public Task EndPoints_IPv6_AreThoseOfTheClient(TestedTransport transport)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        return AssertEndPointsAsync(transport, IPAddress.IPv6Loopback, IPAddress.IPv6Loopback, static endPoint => endPoint);
    }

    [Theory, MemberData(nameof(All))]
    public Task EndPoints_IPv4ClientOfADualSocket_AreMapped(TestedTransport transport)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        return AssertEndPointsAsync(
            transport, IPAddress.IPv6Any, IPAddress.Loopback, static endPoint => new IPEndPoint(endPoint.Address.MapToIPv6(), endPoint.Port));
    }

    [Theory, MemberData(nameof(All))]
    public async Task EndPoints_Unix_AreThePathAndAnAddressWithoutOne(TestedTransport transport)
    {
        string path = Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.sock");
        (EndPoint? local, EndPoint? remote) = await ReadEndPointsAsync(transport, new UnixDomainSocketEndPoint(path), static _ => { });
        Assert.Equal(path, Assert.IsType<UnixDomainSocketEndPoint>(local).ToString());
        Assert.Equal("", Assert.IsType<UnixDomainSocketEndPoint>(remote).ToString());
    }

    private static async Task AssertEndPointsAsync(TestedTransport transport, IPAddress listen, IPAddress connect, Func<IPEndPoint, IPEndPoint> expected)
    {
        (IPEndPoint? server, IPEndPoint? client) = (null, null);
        (EndPoint? local, EndPoint? remote) = await ReadEndPointsAsync(
            transport,
            new IPEndPoint(listen, 0),
            socket => (server, client) = ((IPEndPoint)socket.RemoteEndPoint!, (IPEndPoint)socket.LocalEndPoint!),
            connect);
        Assert.Equal((expected(server!), expected(client!)), (local, remote));
    }

    private static async Task<(EndPoint? Local, EndPoint? Remote)> ReadEndPointsAsync(
        TestedTransport transport, EndPoint listen, Action<Socket> look, IPAddress? connect = null)
    {
        var seen = new TaskCompletionSource<(EndPoint?, EndPoint?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TransportServer server = await TransportServer.StartAsync(
            transport,
            connection =>
            {
                seen.SetResult((connection.LocalEndPoint, connection.RemoteEndPoint));
                return Task.CompletedTask;
            },
            listen);
        EndPoint there = connect is null ? server.EndPoint : new IPEndPoint(connect, ((IPEndPoint)server.EndPoint).Port);
        using Socket client = TransportServer.Connect(there);
        look(client);
        return await seen.Task.OrHang();
    }
}
