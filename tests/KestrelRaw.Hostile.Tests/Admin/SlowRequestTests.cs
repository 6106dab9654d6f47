using System.Diagnostics;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Admin;

/// <summary>Requests of a few clients, who have their places, that would take for ever: the server ends them.</summary>
public sealed class SlowRequestTests
{
    private const int Clients = 8;

    /// <summary>5 s of the admin surface's own or of Kestrel's, up to a second until that looks, and room for a slow machine.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(12);

    [Theory]
    [InlineData("Slow headers", "GET / HTTP/1.1\r\nX-Slow: ", "a")]
    [InlineData("Slow request line", "GE", "T")]
    [InlineData("Slow body", "PUT /api/pools/tested HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{", " ")]
    [InlineData("Slow chunks", "PUT /api/pools/tested HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n")]
    [InlineData("Body of a request that needs none", "GET /api/pools HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n", "x")]
    public async Task Request_Drips_IsEndedInTime(string name, string start, string drip)
    {
        await using HostileRun run = await HostileRun.StartAsync(ServerKind.Epoll, new Scene("Admin", name, $"{Clients} send a byte a second of it"));
        await using var probe = new HealthProbe(run.Server.AdminEndPoint());
        Socket[] clients = await RawClient.ConnectManyAsync(run.Server.AdminEndPoint(), Clients, AdminExchange.Hostile);
        TimeSpan[] lives = await Task.WhenAll(clients.Select(client => DripAsync(client, AdminExchange.Bytes(start), AdminExchange.Bytes(drip))));
        Assert.True(lives.Max() < Longest, $"One went on for {lives.Max().TotalSeconds:0.0} s.");
        await run.EndAsync($"ended after {lives.Max().TotalSeconds:0.0} s; {await probe.EndAsync()}");
    }

    /// <returns>How long it went on.</returns>
    private static async Task<TimeSpan> DripAsync(Socket client, byte[] start, byte[] drip)
    {
        long began = Stopwatch.GetTimestamp();
        using (client)
        {
            using var giveUp = new CancellationTokenSource(2 * Longest);
            using var closed = CancellationTokenSource.CreateLinkedTokenSource(giveUp.Token);
            Task reading = ReadToEndAsync(client, closed);
            try
            {
                await client.SendAsync(start, closed.Token);
                using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
                while (await timer.WaitForNextTickAsync(closed.Token))
                {
                    await client.SendAsync(drip, closed.Token);
                }
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
            }

            await reading;
            return Stopwatch.GetElapsedTime(began);
        }
    }

    private static async Task ReadToEndAsync(Socket client, CancellationTokenSource closed)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await client.ReceiveAsync(buffer, closed.Token) > 0)
            {
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
        }

        await closed.CancelAsync();
    }
}
