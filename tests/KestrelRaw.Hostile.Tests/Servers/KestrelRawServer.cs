using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Servers;

/// <summary>The real program with two endpoints, <c>tested</c> and <c>neighbor</c>, and its admin surface.</summary>
internal sealed partial class KestrelRawServer : ITestedServer
{
    private readonly ServerProcess _process;
    private readonly HttpClient _admin;
    private readonly IPAddress _address;
    private readonly string? _unixPath;
    private readonly bool _hasLog;

    private KestrelRawServer(ServerProcess process, Scene scene)
    {
        (_process, _address, _unixPath, _hasLog) = (process, scene.Address, scene.UnixPath, !scene.HasNoLog);
        Admin = new Uri($"http://{_address}:{process.AdminPort}");
        _admin = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = Admin, Timeout = Until.Patience };
    }

    public ServerProcess Process => _process;

    public Uri Admin { get; }

    public int ProcessId => _process.Id;

    public IPEndPoint Target => new(_address, _process.Port("tested"));

    public EndPoint TargetAddress => _unixPath is null ? Target : new UnixDomainSocketEndPoint(_unixPath);

    public IPEndPoint Neighbor => new(_address, _process.Port("neighbor"));

    public bool HasEnded => _process.HasExited;

    public int LogLines => _process.Output.Count(character => character == '\n');

    public static async Task<KestrelRawServer> StartAsync(ServerKind kind, Scene scene)
    {
        string transport = kind == ServerKind.Epoll ? "Epoll" : "Sockets";
        string url = $"tcp://{scene.Address}:0";
        string testedUrl = scene.UnixPath is null ? url : "unix:" + scene.UnixPath;
        string endpoint = $$"""
            "Model": "{{(kind == ServerKind.Threads ? "Threads" : "Async")}}", "Work": { "Kind": "Delay", "Delay": "{{scene.Work.TotalMilliseconds}}ms" }
            """;
        string response = scene.ResponseFile is { } file ? $$""", "Response": { "File": {{JsonSerializer.Serialize(file)}} }""" : "";
        string settings = scene.Settings.Length > 0 ? ", " + scene.Settings : "";
        ServerProcess process = await ServerProcess.StartAsync(
            $$"""{ "tested": { "Url": "{{testedUrl}}", {{endpoint}}{{response}}{{settings}} }, "neighbor": { "Url": "{{url}}", {{endpoint}}{{response}} } }""",
            [$"--KestrelRaw:Admin:Url=http://{scene.Address}:0", $"--KestrelRaw:Transport={transport}", .. scene.Arguments],
            scene.Prefix);
        return new KestrelRawServer(process, scene);
    }

    /// <summary>Failed accepts of the tested endpoint so far, and those that were put off. Asks on the one connection that is kept: another could not be accepted.</summary>
    public async Task<long> ReadAcceptErrorsAsync() => long.Parse(AcceptErrors().Match(await ReadMetricsAsync()).Groups[1].Value, CultureInfo.InvariantCulture);

    public async Task<ConnectionCounts?> ReadCountsAsync() => ConnectionCounts.Parse(await ReadMetricsAsync(), "tested");

    /// <summary>Exit code 0, and the law once more in the log.</summary>
    public async Task StopAsync()
    {
        Assert.Equal(0, await _process.StopAsync());
        if (_hasLog)
        {
            _process.Outcomes("tested");
            _process.Outcomes("neighbor");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _process.DisposeAsync();
    }

    /// <summary>Prometheus' text.</summary>
    private Task<string> ReadMetricsAsync() => _admin.GetStringAsync("/metrics");

    [GeneratedRegex("""^kestrelraw_accept_errors_total\{[^}]*kestrelraw_endpoint="tested"[^}]*\} (\d+)""", RegexOptions.Multiline)]
    private static partial Regex AcceptErrors();
}
