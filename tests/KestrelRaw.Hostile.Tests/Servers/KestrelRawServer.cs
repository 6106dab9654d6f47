using System.Net;
using System.Text.Json;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Servers;

/// <summary>The real program with two endpoints, <c>tested</c> and <c>neighbor</c>, and its admin surface.</summary>
internal sealed class KestrelRawServer : ITestedServer
{
    private readonly ServerProcess _process;
    private readonly HttpClient _admin;
    private readonly IPAddress _address;

    private KestrelRawServer(ServerProcess process, IPAddress address)
    {
        (_process, _address) = (process, address);
        Admin = new Uri($"http://{address}:{process.AdminPort}");
        _admin = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = Admin, Timeout = Until.Patience };
    }

    public ServerProcess Process => _process;

    public Uri Admin { get; }

    public int ProcessId => _process.Id;

    public IPEndPoint Target => new(_address, _process.Port("tested"));

    public IPEndPoint Neighbor => new(_address, _process.Port("neighbor"));

    public bool HasEnded => _process.HasExited;

    public static async Task<KestrelRawServer> StartAsync(ServerKind kind, Scene scene)
    {
        string transport = kind == ServerKind.Epoll ? "Epoll" : "Sockets";
        string endpoint = $$"""
            "Url": "tcp://{{scene.Address}}:0", "Model": "{{(kind == ServerKind.Threads ? "Threads" : "Async")}}", "Work": { "Kind": "Delay", "Delay": "{{scene.Work.TotalMilliseconds}}ms" }
            """;
        string response = scene.ResponseFile is { } file ? $$""", "Response": { "File": {{JsonSerializer.Serialize(file)}} }""" : "";
        string settings = scene.Settings.Length > 0 ? ", " + scene.Settings : "";
        ServerProcess process = await ServerProcess.StartAsync(
            $$"""{ "tested": { {{endpoint}}{{response}}{{settings}} }, "neighbor": { {{endpoint}}{{response}} } }""",
            [$"--KestrelRaw:Admin:Url=http://{scene.Address}:0", $"--KestrelRaw:Transport={transport}", .. scene.Arguments],
            scene.Prefix);
        return new KestrelRawServer(process, scene.Address);
    }

    public async Task<ConnectionCounts?> ReadCountsAsync() => ConnectionCounts.Parse(await _admin.GetStringAsync("/metrics"), "tested");

    /// <summary>Exit code 0, and the law once more in the log.</summary>
    public async Task StopAsync()
    {
        Assert.Equal(0, await _process.StopAsync());
        _process.Outcomes("tested");
        _process.Outcomes("neighbor");
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _process.DisposeAsync();
    }
}
