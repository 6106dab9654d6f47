using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Balancing;

/// <summary>HAProxy with the repository's deploy/haproxy/haproxy.cfg, but for the addresses and the size of the servers.</summary>
internal sealed class Haproxy : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kestrelraw-haproxy-");
    private readonly Process _process;
    private readonly Task<string> _output;

    private Haproxy(int poolSize, params (string Address, int Port, int AdminPort)[] servers)
    {
        Port = FindFreePort();
        string configuration = Replace(RepositoryFiles.Read("deploy/haproxy/haproxy.cfg"), "/run/haproxy/admin.sock", StatsPath);
        configuration = Replace(configuration, "bind :7777 ", $"bind {Address}:{Port} ");
        configuration = Replace(configuration, "maxconn 1000", $"maxconn {poolSize}");
        for (int i = 0; i < servers.Length; i++)
        {
            configuration = Replace(configuration, $"192.0.2.{11 + i}:7778 port 9464", $"{servers[i].Address}:{servers[i].Port} port {servers[i].AdminPort}");
        }

        string path = Path.Combine(_directory.FullName, "haproxy.cfg");
        File.WriteAllText(path, configuration);
        _process = Process.Start(new ProcessStartInfo("haproxy", ["-db", "-f", path]) { RedirectStandardError = true })!;
        _output = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Of these tests alone, so that no port of theirs is taken by a connection of others'; nor by these same tests with another transport.</summary>
    public static string Network { get; } = $"127.0.{70 + (int)TransportUnderTest.Value}";

    public static string Address { get; } = $"{Network}.1";

    public int Port { get; }

    private string StatsPath => Path.Combine(_directory.FullName, "s");

    /// <summary>Starts it and waits until it has found every server ready.</summary>
    public static async Task<Haproxy> StartAsync(int poolSize, params (string Address, int Port, int AdminPort)[] servers)
    {
        Tools.SkipUnlessPresent("haproxy");
        var haproxy = new Haproxy(poolSize, servers);
        await haproxy.WaitUntilReadyAsync("one");
        await haproxy.WaitUntilReadyAsync("two");
        return haproxy;
    }

    /// <summary>A server's figure from the table of statistics: <c>status</c>, <c>smax</c> (most sessions at once), <c>stot</c> (all sessions).</summary>
    public async Task<string> ReadAsync(string server, string column)
    {
        string[] lines = (await CommandAsync("show stat")).Split('\n');
        int index = Array.IndexOf(lines[0].TrimStart('#', ' ').Split(','), column);
        return lines.Select(line => line.Split(',')).Single(fields => fields[0] == "servers" && fields[1] == server)[index];
    }

    public async Task<int> CountAsync(string server, string column) => int.Parse(await ReadAsync(server, column), CultureInfo.InvariantCulture);

    /// <summary>Waits until a check has found the server ready: before the first it counts as up too.</summary>
    public Task WaitUntilReadyAsync(string server) =>
        WaitAsync(async () => await ReadAsync(server, "status") == "UP" && await ReadAsync(server, "check_status") == "L7OK");

    public async Task WaitAsync(Func<Task<bool>> condition)
    {
        using var giveUp = new CancellationTokenSource(Until.Patience);
        while (!await IsAsync(condition))
        {
            Assert.False(_process.HasExited, _process.HasExited ? await _output : "");
            giveUp.Token.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().OrHang();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private static async Task<bool> IsAsync(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (SocketException)
        {
            // It has not opened the socket of its statistics yet.
            return false;
        }
    }

    private async Task<string> CommandAsync(string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(StatsPath)).OrHang();
        await socket.SendAsync(Encoding.ASCII.GetBytes(command + "\n")).OrHang();
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadToEndAsync().OrHang();
    }

    private static int FindFreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(Address), 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string Replace(string text, string old, string replacement)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, replacement, StringComparison.Ordinal);
    }
}
