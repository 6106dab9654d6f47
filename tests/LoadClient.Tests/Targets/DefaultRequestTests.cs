using System.Text;
using LoadClient.Targets;

namespace LoadClient.Tests.Targets;

public sealed class DefaultRequestTests
{
    [Theory]
    [InlineData("tcp://127.0.0.1:7777", "/", "127.0.0.1:7777")]
    [InlineData("http://[::1]:8080/a?b", "/a?b", "[::1]:8080")]
    [InlineData("unix:/run/server.sock", "/", "localhost")]
    public void Create_EachKind_IsAGetThatServersOfHttpTake(string url, string path, string host)
    {
        Target target = TargetParser.Parse(url, family: null, out _)!;

        Assert.Equal(
            $"GET {path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: LoadClient/1.2.3\r\nAccept: */*\r\n\r\n",
            Encoding.ASCII.GetString(DefaultRequest.Create(target, "1.2.3")));
    }
}
