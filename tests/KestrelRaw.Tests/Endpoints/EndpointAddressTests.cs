using KestrelRaw.Endpoints;

namespace KestrelRaw.Tests.Endpoints;

public sealed class EndpointAddressTests
{
    [Theory]
    [InlineData("tcp://127.0.0.1:7777", "127.0.0.1", 7777)]
    [InlineData("TCP://localhost:0", "localhost", 0)]
    [InlineData("tcp://[::1]:80", "::1", 80)]
    [InlineData("tcp://my-host.example:65535/", "my-host.example", 65535)]
    public void TryParse_Tcp_HasHostAndPort(string text, string host, int port)
    {
        Assert.True(EndpointAddress.TryParse(text, out EndpointAddress address));
        Assert.Equal((host, port, null), (address.Host, address.Port, address.UnixPath));
    }

    [Fact]
    public void TryParse_Unix_HasThePath()
    {
        Assert.True(EndpointAddress.TryParse("unix:/run/kestrel.sock", out EndpointAddress address));
        Assert.Equal("/run/kestrel.sock", address.UnixPath);
        Assert.Equal("unix:/run/kestrel.sock", address.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("7777")]
    [InlineData("127.0.0.1:7777")]
    [InlineData("http://127.0.0.1:7777")]
    [InlineData("tcp://127.0.0.1")]
    [InlineData("tcp://:7777")]
    [InlineData("tcp://127.0.0.1:65536")]
    [InlineData("tcp://127.0.0.1:-1")]
    [InlineData("tcp://127.0.0.1:+1")]
    [InlineData("tcp://::1:7777")]
    [InlineData("tcp://[127.0.0.1]:7777")]
    [InlineData("tcp://a b:7777")]
    [InlineData("tcp://127.0.0.1:7777/path")]
    [InlineData("unix:")]
    [InlineData("unix:relative.sock")]
    [InlineData("unix:/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void TryParse_AnythingElse_IsRefused(string? text) => Assert.False(EndpointAddress.TryParse(text, out _));
}
