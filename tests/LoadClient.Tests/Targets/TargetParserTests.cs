using System.Net;
using System.Net.Sockets;
using LoadClient.Targets;

namespace LoadClient.Tests.Targets;

public sealed class TargetParserTests
{
    [Theory]
    [InlineData("tcp://127.0.0.1:7777", false, "127.0.0.1", 7777, "/")]
    [InlineData("tcp://127.0.0.1:7777/", false, "127.0.0.1", 7777, "/")]
    [InlineData("tcp://[::1]:7777", false, "[::1]", 7777, "/")]
    [InlineData("http://127.0.0.1", true, "127.0.0.1", 80, "/")]
    [InlineData("http://127.0.0.1:8080/a/b?c=d", true, "127.0.0.1", 8080, "/a/b?c=d")]
    [InlineData("HTTP://[::1]:80/", true, "[::1]", 80, "/")]
    public void Parse_GoodUrl_IsTheTarget(string url, bool isHttp, string host, int port, string path)
    {
        Target? target = TargetParser.Parse(url, family: null, out string? fault);

        Assert.Null(fault);
        Assert.Equal(new Target(url, isHttp ? TargetKind.Http : TargetKind.Tcp, host, port, path, new IPEndPoint(IPAddress.Parse(host), port)), target);
    }

    [Fact]
    public void Parse_HostName_IsResolvedWithIpv4First()
    {
        var endPoint = Assert.IsType<IPEndPoint>(TargetParser.Parse("tcp://localhost:7777", family: null, out _)!.EndPoint);

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 7777), endPoint);
    }

    [Theory]
    [InlineData("unix:/run/server.sock")]
    [InlineData("unix:///run/server.sock")]
    public void Parse_UnixUrl_IsThePath(string url)
    {
        Target? target = TargetParser.Parse(url, family: null, out string? fault);

        Assert.Null(fault);
        Assert.Equal((TargetKind.Unix, "unix:/run/server.sock", 0), (target!.Kind, target.Host, target.Port));
        Assert.Equal(new UnixDomainSocketEndPoint("/run/server.sock"), target.EndPoint);
    }

    [Theory]
    [InlineData("https://127.0.0.1:443/", "TLS")]
    [InlineData("127.0.0.1:7777", "allowed is tcp://host:port")]
    [InlineData("", "allowed is tcp://host:port")]
    [InlineData("ftp://127.0.0.1:21", "allowed is tcp://host:port")]
    [InlineData("tcp://:7777", "allowed is tcp://host:port")]
    [InlineData("tcp://127.0.0.1:99999", "allowed is tcp://host:port")]
    [InlineData("tcp://127.0.0.1", "no port")]
    [InlineData("tcp://127.0.0.1:0", "no port")]
    [InlineData("http://127.0.0.1:0/", "port 0")]
    [InlineData("tcp://127.0.0.1:7777/path", "has a path")]
    [InlineData("tcp://127.0.0.1:7777?query", "has a path")]
    [InlineData("http://user:secret@127.0.0.1/", "names a user")]
    [InlineData("tcp://user@127.0.0.1:7777", "names a user")]
    [InlineData("unix:relative.sock", "allowed is tcp://host:port")]
    [InlineData("unix:", "allowed is tcp://host:port")]
    public void Parse_BadUrl_SaysWhatIsWrong(string url, string expected)
    {
        Assert.Null(TargetParser.Parse(url, family: null, out string? fault));
        Assert.Contains($"'{url}'", fault, StringComparison.Ordinal);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void Parse_UnixPathOfSoManyBytes_IsTakenUpToTheKernelsLimit(int length, bool isGood)
    {
        Target? target = TargetParser.Parse($"unix:/{new string('x', length - 1)}", family: null, out string? fault);

        Assert.Equal(isGood, target is not null);
        Assert.Equal(isGood, fault is null);
        Assert.True(isGood || fault!.Contains("107 bytes", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tcp://no-such-host.invalid:7777")]
    [InlineData("tcp://0.0.0.0:7777")]
    [InlineData("http://[::]:7777/")]
    public void Parse_HostHasNoAddress_IsAFault(string url)
    {
        Assert.Null(TargetParser.Parse(url, family: null, out string? fault));
        Assert.NotNull(fault);
    }

    [Fact]
    public void Parse_HostIsTooLongForAName_IsAFault()
    {
        string label = new('a', 60);
        Assert.Null(TargetParser.Parse($"tcp://{string.Join('.', Enumerable.Repeat(label, 6))}:7777", family: null, out string? fault));
        Assert.NotNull(fault);
    }

    [Fact]
    public void Parse_SourcesAreOfAnotherFamily_IsAFault()
    {
        Assert.Null(TargetParser.Parse("tcp://127.0.0.1:7777", AddressFamily.InterNetworkV6, out string? fault));
        Assert.Contains("--source", fault, StringComparison.Ordinal);
    }
}
