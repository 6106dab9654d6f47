using System.Net;
using System.Net.Sockets;
using KestrelRaw.Endpoints;

namespace KestrelRaw.Tests.Endpoints;

public sealed class InheritedSocketsTests
{
    [Theory]
    [InlineData("tcp://127.0.0.1:7777", "127.0.0.1:7777", true)]
    [InlineData("tcp://127.0.0.1:7777", "127.0.0.1:7778", false)]
    [InlineData("tcp://127.0.0.1:7777", "127.0.0.2:7777", false)]
    [InlineData("tcp://127.0.0.1:7777", "0.0.0.0:7777", false)]
    [InlineData("tcp://127.0.0.1:0", "127.0.0.1:7777", false)]
    [InlineData("tcp://localhost:7777", "127.0.0.1:7777", true)]
    [InlineData("tcp://localhost:7777", "127.0.0.2:7777", false)]
    [InlineData("tcp://no-such-host.invalid:7777", "127.0.0.1:7777", false)]
    [InlineData("tcp://0.0.0.0:7777", "[::]:7777", true)]
    [InlineData("tcp://[::]:7777", "0.0.0.0:7777", true)]
    [InlineData("tcp://[::1]:7777", "[::1]:7777", true)]
    [InlineData("unix:/run/a.sock", "127.0.0.1:7777", false)]
    public void Covers_Tcp_IsTheSameAddress(string url, string at, bool covers) =>
        Assert.Equal(covers, Parse(url).Covers(IPEndPoint.Parse(at)));

    [Theory]
    [InlineData("unix:/run/a.sock", true)]
    [InlineData("unix:/run/b.sock", false)]
    [InlineData("tcp://127.0.0.1:7777", false)]
    public void Covers_Unix_IsTheSamePath(string url, bool covers) =>
        Assert.Equal(covers, Parse(url).Covers(new UnixDomainSocketEndPoint("/run/a.sock")));

    [Theory]
    [InlineData("B", "b")]
    [InlineData("kestrelraw.socket", "a")]
    public void FindOwner_AnEndpointHasTheName_ComesBeforeTheAddress(string name, string owner)
    {
        EndpointSettings[] endpoints =
        [
            TestSettings.Endpoint() with { Name = "a", Address = Parse("tcp://127.0.0.1:7777") },
            TestSettings.Endpoint() with { Name = "b", Address = Parse("tcp://127.0.0.1:7778") },
        ];
        Assert.Equal(owner, InheritedSockets.FindOwner(endpoints, name, IPEndPoint.Parse("127.0.0.1:7777"))?.Name);
        Assert.Null(InheritedSockets.FindOwner(endpoints, "c", IPEndPoint.Parse("127.0.0.1:7779")));
    }

    private static EndpointAddress Parse(string url)
    {
        Assert.True(EndpointAddress.TryParse(url, out EndpointAddress address));
        return address;
    }
}
