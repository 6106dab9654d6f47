using System.Net;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Admin;

/// <summary>
/// One client, with an address of its own, takes all the connections that it can get, or as much time. Probes from another
/// address have their answer meanwhile, and the endpoints' clients theirs. The surface is the same whatever transport these have.
/// </summary>
public sealed class OccupationTests
{
    /// <summary>The most connections to the admin surface that the server keeps open.</summary>
    private const int Places = 16;

    /// <summary>Probes that are waited for while the attack goes on: some two seconds.</summary>
    private const int Probes = 20;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(ServerKind.Epoll)]
    public Task Connections_Silent_KeepNobodyOut(ServerKind kind) =>
        OccupyAsync(kind, "Silent", "2,000 connect to the admin surface and send nothing", 2000, "", "");

    [Theory]
    [InlineData(ServerKind.Epoll)]
    public Task Connections_HeadersDrip_KeepNobodyOut(ServerKind kind) =>
        OccupyAsync(kind, "Headers that drip", "500 send a header of the admin surface byte by byte", 500, "GET / HTTP/1.1\r\nX-Slow: ", "a");

    [Theory]
    [InlineData(ServerKind.Epoll)]
    public Task Connections_BodiesDrip_KeepNobodyOut(ServerKind kind) =>
        OccupyAsync(kind, "Bodies that drip", "500 send a PUT's body byte by byte", 500, "PUT /api/pools/tested HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{", " ");

    [Theory]
    [InlineData(ServerKind.Epoll)]
    public Task Connections_EventStreams_KeepNobodyOut(ServerKind kind) =>
        OccupyAsync(kind, "Event streams", "2,000 read the live page's events", 2000, "GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n", "");

    [Theory]
    [InlineData(ServerKind.Epoll)]
    public Task Connections_NeverRead_KeepNobodyOut(ServerKind kind) =>
        OccupyAsync(kind, "Never read", "200 ask for metrics again and again and read nothing", 200, "", string.Concat(Enumerable.Repeat("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 40)));

    [Theory]
    [InlineData(ServerKind.Epoll)]
    public async Task Connections_ComeAndGo_KeepNobodyOut(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Admin", "Connects", "4 loops connect to the admin surface, ask and reset at once"));
        IPEndPoint admin = run.Server.AdminEndPoint();
        await using var probe = new HealthProbe(admin);
        using var end = new CancellationTokenSource();
        Task<int>[] floods = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => FloodAsync(admin, end.Token)))];
        await probe.WaitAsync(Probes);
        await end.CancelAsync();
        int[] counts = await Task.WhenAll(floods);
        Assert.True(counts.Sum() > 500, $"{counts.Sum()} connections are no flood.");
        await run.EndAsync($"{counts.Sum():N0} connects; {await probe.EndAsync()}");
    }

    [Theory]
    [InlineData(ServerKind.Epoll)]
    public async Task Connections_SilentFromTheSameAddress_KeepAProbeOutNoLongerThanTheyConnect(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Admin", "Silent, the probe's address", "1,000 connect from the probe's own address and send nothing"));
        IPEndPoint admin = run.Server.AdminEndPoint();
        Socket[] clients = await AdminExchange.ConnectManyAsync(admin, 1000, "127.0.0.1");
        await using var probe = new HealthProbe(admin);
        await probe.WaitAsync(Probes);
        string probed = await probe.EndAsync();
        Sightings seen = await clients.ReadAllToEndAsync(Moment);
        await run.EndAsync($"{seen}; then {probed}");
    }

    private static async Task OccupyAsync(ServerKind kind, string name, string load, int count, string start, string drip)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Admin", name, load));
        IPEndPoint admin = run.Server.AdminEndPoint();
        await using var probe = new HealthProbe(admin);
        Socket[] clients = await AdminExchange.ConnectManyAsync(admin, count, AdminExchange.Hostile);
        using var end = new CancellationTokenSource();
        Task[] drips = [.. clients.Select(client => DripAsync(client, AdminExchange.Bytes(start), AdminExchange.Bytes(drip), end.Token))];
        await probe.WaitAsync(Probes);
        await end.CancelAsync();
        await Task.WhenAll(drips);
        int open = 0;
        foreach (Socket client in clients)
        {
            open += IsOpen(client) ? 1 : 0;
            client.Dispose();
        }

        Assert.InRange(open, 0, Places);
        await run.EndAsync($"{open} keep a place; {await probe.EndAsync()}");
    }

    /// <summary>Until it is closed, or the end.</summary>
    private static async Task DripAsync(Socket client, byte[] start, byte[] drip, CancellationToken end)
    {
        try
        {
            await client.SendAsync(start, end);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
            while (drip.Length > 0 && await timer.WaitForNextTickAsync(end))
            {
                await client.SendAsync(drip, end);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
        }
    }

    /// <returns>How many connections it made.</returns>
    private static async Task<int> FloodAsync(IPEndPoint admin, CancellationToken end)
    {
        int count = 0;
        for (; !end.IsCancellationRequested; count++)
        {
            if (await AdminExchange.TryConnectAsync(admin, AdminExchange.Hostile) is not { } client)
            {
                continue;
            }

            try
            {
                await client.SendAsync("GET /api/pools HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), CancellationToken.None);
            }
            catch (SocketException)
            {
                // Pushed out already.
            }

            client.Reset();
        }

        return count;
    }

    /// <summary>The server has neither closed nor reset it: what it sent may wait here unread.</summary>
    private static bool IsOpen(Socket client)
    {
        byte[] buffer = new byte[64 * 1024];
        client.Blocking = false;
        try
        {
            while (client.Receive(buffer) > 0)
            {
            }

            return false;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode == SocketError.WouldBlock;
        }
    }
}
