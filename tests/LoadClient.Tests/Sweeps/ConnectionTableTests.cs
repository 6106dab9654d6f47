using System.Net;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;
using LoadClient.Sweeps;

namespace LoadClient.Tests.Sweeps;

public sealed class ConnectionTableTests
{
    private static readonly IPEndPoint Target = new(IPAddress.Loopback, 7777);

    [Theory]
    [InlineData("01", 1, 0)]
    [InlineData("02", 1, 0)]
    [InlineData("03", 1, 0)]
    [InlineData("05", 1, 0)]
    [InlineData("06", 0, 1)]
    [InlineData("07", 0, 0)]
    [InlineData("08", 1, 0)]
    [InlineData("0A", 0, 0)]
    public void Count_State_IsOpenTimeWaitOrNothing(string state, int open, int timeWait) =>
        Assert.Equal(new ConnectionCounts(open, timeWait), ConnectionTable.Count([Line("0100007F:1E61", "0100007F:A332", state)], Target));

    [Theory]
    [InlineData("0100007F:A332", "0100007F:1E61", 1)]
    [InlineData("0000000000000000FFFF00000100007F:1E61", "0000000000000000FFFF00000100007F:A332", 1)]
    [InlineData("0200007F:1E61", "0200007F:A332", 0)]
    [InlineData("0100007F:1E62", "0100007F:A332", 0)]
    public void Count_Ends_AreTheTargetOrNot(string local, string remote, int open) =>
        Assert.Equal(open, ConnectionTable.Count([Line(local, remote, "01")], Target).Open);

    [Fact]
    public async Task Count_LiveConnection_IsSeenFromBothEnds()
    {
        Assert.SkipUnless(File.Exists("/proc/net/tcp6"), "There is no /proc/net/tcp6.");

        // A server for IPv4 and IPv6 alike has its end in the other table.
        using var server = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        server.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        server.Listen();

        // An address that no other test uses: on 127.0.0.1 the port may have been a client's a moment ago.
        var target = new IPEndPoint(IPAddress.Parse("127.77.4.1"), ((IPEndPoint)server.LocalEndPoint!).Port);
        Assert.Equal(default, ConnectionTable.Count(target));

        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(target).OrHang();
        using Socket accepted = await server.AcceptAsync().OrHang();

        Assert.Equal(new ConnectionCounts(Open: 2, TimeWait: 0), ConnectionTable.Count(target));
    }

    [Fact]
    public void Count_LocalPortRange_IsInclusive() => Assert.Equal(28_232, LocalPorts.Count("32768\t60999\n"));

    private static string Line(string local, string remote, string state) =>
        $"   1: {local} {remote} {state} 00000000:00000000 00:00000000 00000000     0        0 12012 1 000000000e4d6aaf 100 0 0 10 0                     ";
}
