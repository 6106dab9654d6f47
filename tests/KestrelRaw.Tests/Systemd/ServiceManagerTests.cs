using System.Net.Sockets;
using System.Text;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Functional;

namespace KestrelRaw.Tests.Systemd;

/// <summary><c>Type=notify</c>, with a socket of the test's for systemd's.</summary>
public sealed class ServiceManagerTests : IDisposable
{
    private const string Endpoints = """{ "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "1s" } }, "b": { "Url": "tcp://127.0.0.1:0" } }""";

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.notify");
    private readonly Socket _notifications = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public ServiceManagerTests() => _notifications.Bind(new UnixDomainSocketEndPoint(_path));

    public void Dispose() => _notifications.Dispose();

    [Theory]
    [InlineData(ServerProcess.SigTerm)]
    [InlineData(ServerProcess.SigInt)]
    public async Task Notify_FromStartToEnd_SaysReadyThenStoppingWhileItDrains(int signal)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, ["--KestrelRaw:ShutdownTimeout=20s", "--Serilog:MinimumLevel:Default=Verbose"], [Tool("env"), $"NOTIFY_SOCKET={_path}"]);
        Assert.Equal("READY=1\nSTATUS=Serving 2 endpoints", await ReceiveAsync());
        using TestClient client = await TestClient.ConnectAsync(server.Port("a"));
        await client.SendAsync([1]);
        await server.WaitForAsync("sent 1 bytes");

        server.Signal(signal);
        Assert.Equal("STOPPING=1\nSTATUS=Draining, for at most 20 s\nEXTEND_TIMEOUT_USEC=30000000", await ReceiveAsync());
        Assert.Equal(96, (await client.ReadToEndAsync()).Bytes.Length);
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal("completed 1", server.Outcomes("a"));
        Assert.Equal(0, _notifications.Available);
    }

    [Fact]
    public async Task Notify_NobodyListens_IsAWarningAndTheServerServes()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, prefix: [Tool("env"), $"NOTIFY_SOCKET={_path}.gone"]);
        await server.WaitForAsync("could not be told of the server's state through NOTIFY_SOCKET");
        Assert.Equal(96, (await TestClient.AskAsync(server.Port("a"))).Bytes.Length);
        Assert.Equal(0, await server.StopAsync());
    }

    private static string Tool(string name)
    {
        Tools.SkipUnlessPresent(name);
        return name;
    }

    private async Task<string> ReceiveAsync()
    {
        byte[] buffer = new byte[4096];
        int length = await _notifications.ReceiveAsync(buffer).OrHang();
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
