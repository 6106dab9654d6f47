using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Admin;

/// <summary>The endpoints' clients hold every descriptor that they may, and somebody takes the rest at the admin surface.</summary>
public sealed class ShortageTests
{
    private const int Descriptors = 300;

    [Fact]
    public async Task Connections_WhileDescriptorsAreShort_LeaveTheRuntimeSomeAndProbesTheirAnswer()
    {
        Tools.SkipUnlessPresent("prlimit");
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "tested": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "1m" } } }""", [ServerProcess.WithAdmin], ["prlimit", $"--nofile={Descriptors}"]);
        var admin = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, server.AdminPort);
        Socket[] clients = await RawClient.ConnectManyAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, server.Port("tested")), Descriptors);
        byte[] metrics = AdminExchange.Bytes($"GET /metrics HTTP/1.1\r\n{AdminExchange.Headers}");
        Assert.True(await Poll.UntilAsync(
            async () => (await AskAsync(metrics)).Body is var body && body.Contains("kestrelraw_accept_errors_total", StringComparison.Ordinal)
                && !body.Contains("""kestrelraw_accept_errors_total{otel_scope_name="KestrelRaw.Connections",kestrelraw_endpoint="tested"} 0""", StringComparison.Ordinal),
            Until.Patience));

        Socket[] hostile = await AdminExchange.ConnectManyAsync(admin, 2000, AdminExchange.Hostile);
        foreach (string path in new[] { "/healthz/live", "/healthz/ready", "/metrics", "/api/pools", "/" })
        {
            Assert.Equal(200, (await AskAsync(AdminExchange.Bytes($"GET {path} HTTP/1.1\r\n{AdminExchange.Headers}"))).Status);
        }

        Assert.Equal(400, (await AskAsync(AdminExchange.Bytes(AdminExchange.Put("tested", "{", token: null)))).Status);
        Array.ForEach(hostile, static client => client.Dispose());
        Array.ForEach(clients, static client => client.Reset());
        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" ERR ", server.Output, StringComparison.Ordinal);

        Task<AdminReply> AskAsync(byte[] request) => AdminExchange.AskAsync(admin, request, "127.0.0.1", Until.Patience);
    }
}
