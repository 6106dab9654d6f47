using System.Text.RegularExpressions;
using KestrelRaw.Connections.Listening;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Functional;

/// <summary>The tests beside this one say nothing of a transport: this says that it is the one that they are run for.</summary>
public sealed class TransportTests
{
    /// <summary>The epoll transport numbers its connections, with an E; Kestrel's ids have 13 characters.</summary>
    [Fact]
    public async Task Connection_OfTheModelAsync_IsOfTheTransportUnderTest()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Kind": "None" } } }""", ["--Serilog:MinimumLevel:Default=Verbose"]);
        await TestClient.AskAsync(server.Port("a"));
        await server.WaitForAsync("ended as completed");
        string id = Regex.Match(server.Output, @"connection (\S+) from \S+ ended as completed").Groups[1].Value;
        string pattern = TransportUnderTest.Value == ConnectionTransport.Epoll ? @"^E\d+$" : @"^\w{13}$";
        Assert.Matches(pattern, id);
    }
}
