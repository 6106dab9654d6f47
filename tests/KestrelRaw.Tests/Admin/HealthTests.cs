using System.Net;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Functional;

namespace KestrelRaw.Tests.Admin;

public sealed class HealthTests
{
    private const string OneEndpoint = """{ "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "5s" } } }""";

    [Fact]
    public async Task Ready_EveryEndpointListens_IsHealthy()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(OneEndpoint, [ServerProcess.WithAdmin]);
        using var admin = new AdminClient(server.AdminPort);
        Reply live = await admin.GetAsync("/healthz/live");
        Reply ready = await admin.GetAsync("/healthz/ready");
        Assert.Equal((HttpStatusCode.OK, "Healthy\n"), (live.Status, live.Body));
        Assert.Equal((HttpStatusCode.OK, "Healthy\n"), (ready.Status, ready.Body));
    }

    [Fact]
    public async Task Ready_Draining_IsNotReadyButAliveAndStillMeasured()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(OneEndpoint, [ServerProcess.WithAdmin, "--Serilog:MinimumLevel:Default=Verbose"]);
        using var admin = new AdminClient(server.AdminPort);
        using TestClient client = await TestClient.ConnectAsync(server.Port("a"));
        await client.SendAsync([1]);
        await server.WaitForAsync("sent 1 bytes");
        server.Signal(ServerProcess.SigTerm);

        await Until.TrueAsync(async () => (await admin.GetAsync("/healthz/ready")).Status != HttpStatusCode.OK);
        Reply ready = await admin.GetAsync("/healthz/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy\nlifetime: draining\n"), (ready.Status, ready.Body));
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/healthz/live")).Status);
        Assert.Contains("kestrelraw_connections_active{otel_scope_name=\"KestrelRaw.Connections\",kestrelraw_endpoint=\"a\"} 1\n", (await admin.GetAsync("/metrics")).Body, StringComparison.Ordinal);
        Assert.Equal(96, (await client.ReadToEndAsync()).Bytes.Length);
        Assert.Equal(0, await server.ExitAsync());
        Assert.DoesNotContain("Unhealthy", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_ListeningSocketIsBroken_NamesTheEndpoint()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "a": { "Url": "tcp://127.0.0.1:0" }, "b": { "Url": "tcp://127.0.0.1:0" } }""", [ServerProcess.WithAdmin]);
        using var admin = new AdminClient(server.AdminPort);
        StolenSocket.BreakListener(server.Id, server.Port("b"));
        await server.WaitForAsync("is broken");
        Reply ready = await admin.GetAsync("/healthz/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.StartsWith("Unhealthy\naccept loops: endpoint b accepts nothing: ", ready.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/healthz/live")).Status);
    }

    [Fact]
    public async Task HealthCheckCommand_AsksTheServerOfItsConfiguration()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(OneEndpoint, [ServerProcess.WithAdmin]);
        string there = $"--KestrelRaw:Admin:Url=http://127.0.0.1:{server.AdminPort}";
        Assert.Equal((0, "Healthy"), await ServerProcess.RunAsync(OneEndpoint, "healthcheck", there));
        StolenSocket.BreakListener(server.Id, server.Port("a"));
        await server.WaitForAsync("is broken");
        (int code, string output) = await ServerProcess.RunAsync(OneEndpoint, "healthcheck", there);
        Assert.Equal(1, code);
        Assert.Contains("endpoint a accepts nothing", output, StringComparison.Ordinal);
        Assert.Equal(0, await server.StopAsync());
        (code, output) = await ServerProcess.RunAsync(OneEndpoint, "healthcheck", there);
        Assert.Equal(1, code);
        Assert.Contains("/healthz/ready: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HealthCheckCommand_NowhereToAsk_IsAFaultWithTheKey()
    {
        (int code, string output) = await ServerProcess.RunAsync(OneEndpoint, "healthcheck");
        Assert.Equal(2, code);
        Assert.Contains("KestrelRaw:Admin:Url: is null or has port 0", output, StringComparison.Ordinal);
    }
}
