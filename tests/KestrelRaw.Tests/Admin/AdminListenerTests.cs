using System.Net;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Functional;

namespace KestrelRaw.Tests.Admin;

public sealed class AdminListenerTests
{
    private const string Endpoints = """{ "a": { "Url": "tcp://127.0.0.1:0" } }""";

    [Fact]
    public async Task Start_UrlIsNull_HasNoSurface()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints);
        Assert.DoesNotContain("Admin surface", server.Output, StringComparison.Ordinal);
        Assert.Equal(96, (await TestClient.AskAsync(server.Port("a"))).Bytes.Length);
    }

    [Fact]
    public async Task Start_AddressIsTaken_IsNamedWithTheOtherFaults()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        (int code, string output) = await ServerProcess.RunAsync(
            $$"""{ "a": { "Url": "tcp://127.0.0.1:{{port}}" } }""", $"--KestrelRaw:Admin:Url=http://127.0.0.1:{port}");
        Assert.Equal(2, code);
        Assert.Contains($"KestrelRaw:Endpoints:a:Url: can't listen on tcp://127.0.0.1:{port}: the address is in use", output, StringComparison.Ordinal);
        Assert.Contains($"KestrelRaw:Admin:Url: can't listen on http://127.0.0.1:{port}: the address is in use", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Url=https://127.0.0.1:1", "Admin:Url: \"https://127.0.0.1:1\"")]
    [InlineData("Url=http://127.0.0.1", "Admin:Url: \"http://127.0.0.1\"")]
    [InlineData("Url=http://127.0.0.1:1/path", "Admin:Url: \"http://127.0.0.1:1/path\"")]
    [InlineData("Url=9464", "Admin:Url: \"9464\"")]
    [InlineData("AllowedHosts=a b", "Admin:AllowedHosts: \"a b\"")]
    public async Task Start_SettingThatIsWrong_IsAFaultWithKeyAndValue(string setting, string expected)
    {
        (int code, string output) = await ServerProcess.RunAsync(Endpoints, $"--KestrelRaw:Admin:{setting}");
        Assert.Equal(2, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TokenThatNoHeaderCanCarry_IsAFaultThatDoesNotShowIt()
    {
        foreach (string command in new[] { "check", "healthcheck" })
        {
            (int code, string output) = await ServerProcess.RunAsync(Endpoints, command, "--KestrelRaw:Admin:Token=hush hush");
            Assert.Equal(2, code);
            Assert.Contains("KestrelRaw:Admin:Token: what is given (command line) is not allowed", output, StringComparison.Ordinal);
            Assert.DoesNotContain("hush", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_HostNameWithTwoAddresses_AnswersOnBoth()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, ["--KestrelRaw:Admin:Url=http://localhost:0"]);
        using var http = new HttpClient();
        Assert.Equal("Healthy\n", await http.GetStringAsync(new Uri($"http://localhost:{server.AdminPort}/healthz/live")));
        Assert.Equal("Healthy\n", await http.GetStringAsync(new Uri($"http://127.0.0.1:{server.AdminPort}/healthz/live")));
    }

    [Fact]
    public async Task Start_OtlpEndpointThatIsNoUrl_IsAFaultWithTheVariable()
    {
        (int code, string output) = await ServerProcess.RunAsync(Endpoints, [], ["env", "OTEL_EXPORTER_OTLP_ENDPOINT=collector"]);
        Assert.Equal(2, code);
        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT: \"collector\" is not allowed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_DescriptorsAreUsedUp_IsStillAnswered()
    {
        Tools.SkipUnlessPresent("prlimit");
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "1m" } } }""", [ServerProcess.WithAdmin], ["prlimit", "--nofile=300"]);
        TestClient[] clients = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => TestClient.ConnectAsync(server.Port("a"))));
        using var admin = new AdminClient(server.AdminPort);
        await Until.TrueAsync(async () => await admin.GetAsync("/metrics") is { Status: HttpStatusCode.OK } metrics
            && !metrics.Body.Contains("kestrelraw_accept_errors_total{otel_scope_name=\"KestrelRaw.Connections\",kestrelraw_endpoint=\"a\"} 0\n", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/healthz/ready")).Status);
        foreach (TestClient client in clients)
        {
            client.Dispose();
        }
    }
}
