using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;

namespace KestrelRaw.Hostile.Tests.Servers;

/// <summary>
/// The same work on stock Kestrel: <c>bench/peers/StockKestrel</c>, published where <c>KESTRELRAW_STOCK</c> says. Nothing is
/// asserted of it; <c>bench/reliability.sh</c> puts what was seen beside what this server does.
/// </summary>
internal sealed class StockServer : ITestedServer
{
    private readonly Process _process;
    private int _logLines;

    private StockServer(Process process, IPEndPoint target) => (_process, Target) = (process, target);

    /// <summary>The program, or null: then there is nothing to compare with.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable("KESTRELRAW_STOCK") is { Length: > 0 } path ? path : null;

    public int ProcessId => _process.Id;

    public IPEndPoint Target { get; }

    public IPEndPoint Neighbor => Target;

    public bool HasEnded => _process.HasExited;

    public int LogLines => _logLines;

    public static async Task<StockServer> StartAsync(Scene scene)
    {
        var target = new IPEndPoint(IPAddress.Loopback, FreePort());
        string[] command = [.. scene.Prefix, Program!, $"{target.Port}", $"{scene.Work.TotalMilliseconds}"];
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var server = new StockServer(process, target);
        process.OutputDataReceived += (_, _) => Interlocked.Increment(ref server._logLines);
        process.ErrorDataReceived += (_, _) => Interlocked.Increment(ref server._logLines);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Poll.UntilAsync(() => server.ListensAsync(), TimeSpan.FromSeconds(20));
        return server;
    }

    public Task<ConnectionCounts?> ReadCountsAsync() => Task.FromResult<ConnectionCounts?>(null);

    public async Task StopAsync()
    {
        if (!HasEnded)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private async Task<bool> ListensAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(Target);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
