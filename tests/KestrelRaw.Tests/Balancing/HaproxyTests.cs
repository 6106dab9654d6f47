using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Functional;

namespace KestrelRaw.Tests.Balancing;

/// <summary>Two servers behind HAProxy in TCP mode, with as many connections for each as its pool has slots.</summary>
public sealed class HaproxyTests
{
    private const int PoolSize = 250;
    private static readonly string[] Addresses = [$"{Haproxy.Network}.11", $"{Haproxy.Network}.12"];

    [Fact]
    public async Task Ab_FourTimesAsManyClientsAsOnePoolHasSlots_NoneFailsAndEachServerHasItsHalf()
    {
        const int Requests = 5_000;
        const int Clients = 1_000;
        await using ServerProcess one = await StartServerAsync(0, "500ms");
        await using ServerProcess two = await StartServerAsync(1, "500ms");
        await using Haproxy haproxy = await Haproxy.StartAsync(PoolSize, At(0, one), At(1, two));

        (int exitCode, string output) = await Tools.RunAsync("ab", $"-q -n {Requests} -c {Clients} http://{Haproxy.Address}:{haproxy.Port}/");
        Assert.True(exitCode == 0, output);
        Assert.Equal((Requests, 0), (Field(output, "Complete requests"), Field(output, "Failed requests")));

        foreach (string server in new[] { "one", "two" })
        {
            // The pools were full and the rest waited in HAProxy, whose threads may let one in too many at the same moment.
            Assert.InRange(await haproxy.CountAsync(server, "smax"), PoolSize, PoolSize + 5);
            Assert.InRange(await haproxy.CountAsync(server, "stot"), 0.4 * Requests, 0.6 * Requests);
            Assert.Equal((0, 0), (await haproxy.CountAsync(server, "econ"), await haproxy.CountAsync(server, "wretr")));
        }

        Assert.Equal((0, 0), (await one.StopAsync(), await two.StopAsync()));

        // ab opens a few more than it uses, and closes them at its end.
        Assert.Equal(Requests, Completed(one, orElse: "client_closed") + Completed(two, orElse: "client_closed"));
    }

    /// <summary>Work and waiting are longer than <c>timeout client-fin</c>, which a half-closed client must survive.</summary>
    [Fact]
    public async Task HalfClosingClients_ServersFull_WaitInHaproxyAndAreAnswered()
    {
        await using ServerProcess one = await StartServerAsync(0, "3s");
        await using ServerProcess two = await StartServerAsync(1, "3s");
        await using Haproxy haproxy = await Haproxy.StartAsync(2, At(0, one), At(1, two));
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using TestClient client = await TestClient.ConnectAsync(EndPoint(haproxy));
            await client.SendAsync([1]);
            client.Socket.Shutdown(SocketShutdown.Send);
            return await client.ReadToEndAsync();
        }));
        Assert.All(answers, answer => Assert.Equal(96, answer.Bytes.Length));

        // Four slots: two rounds.
        Assert.InRange(answers.Max(answer => answer.End), TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Client_DoesNotClose_GivesTheServersPlaceBackSoon()
    {
        await using ServerProcess one = await StartServerAsync(0, "10ms");
        await using ServerProcess two = await StartServerAsync(1, "10ms");
        await using Haproxy haproxy = await Haproxy.StartAsync(PoolSize, At(0, one), At(1, two));
        using TestClient client = await TestClient.ConnectAsync(EndPoint(haproxy));
        await client.SendAsync([1]);
        Assert.Equal(96, (await client.ReadToEndAsync()).Bytes.Length);
        await haproxy.WaitAsync(async () => await haproxy.CountAsync("one", "scur") + await haproxy.CountAsync("two", "scur") == 0);
    }

    [Fact]
    public async Task RollingRestart_UnderLoad_EveryConnectionIsAnswered()
    {
        const int Clients = 32;
        ServerProcess[] servers = [await StartServerAsync(0, "50ms"), await StartServerAsync(1, "50ms")];
        try
        {
            await using Haproxy haproxy = await Haproxy.StartAsync(PoolSize, At(0, servers[0]), At(1, servers[1]));
            using var stop = new CancellationTokenSource();
            using var answered = new SemaphoreSlim(0);
            Task<int>[] clients = [.. Enumerable.Range(0, Clients).Select(_ => AskAgainAndAgainAsync(EndPoint(haproxy), answered, stop.Token))];
            int completed = 0;
            for (int i = 0; i < servers.Length; i++)
            {
                (string address, int port, int adminPort) = At(i, servers[i]);
                Assert.Equal(0, await servers[i].StopAsync());
                completed += Completed(servers[i]);
                await servers[i].DisposeAsync();
                servers[i] = await StartServerAsync(i, "50ms", port, adminPort);
                int before = await haproxy.CountAsync(Name(i), "stot");
                await haproxy.WaitUntilReadyAsync(Name(i));
                await haproxy.WaitAsync(async () =>
                {
                    Assert.True(await answered.WaitAsync(Until.Patience));
                    return await haproxy.CountAsync(Name(i), "stot") >= before + Clients;
                });
            }

            await stop.CancelAsync();
            int total = (await Task.WhenAll(clients).OrHang()).Sum();
            Assert.Equal((0, 0), (await servers[0].StopAsync(), await servers[1].StopAsync()));
            Assert.Equal(total, completed + Completed(servers[0]) + Completed(servers[1]));
        }
        finally
        {
            await servers[0].DisposeAsync();
            await servers[1].DisposeAsync();
        }
    }

    private static string Name(int index) => index == 0 ? "one" : "two";

    private static Task<ServerProcess> StartServerAsync(int index, string delay, int port = 0, int adminPort = 0) => ServerProcess.StartAsync(
        $$"""{ "p": { "Url": "tcp://{{Addresses[index]}}:{{port}}", "Work": { "Delay": "{{delay}}" }, "Pool": { "Size": {{PoolSize}} } } }""",
        [$"--KestrelRaw:Admin:Url=http://{Addresses[index]}:{adminPort}"]);

    private static (string Address, int Port, int AdminPort) At(int index, ServerProcess server) => (Addresses[index], server.Port("p"), server.AdminPort);

    private static IPEndPoint EndPoint(Haproxy haproxy) => new(IPAddress.Parse(Haproxy.Address), haproxy.Port);

    /// <summary>Checks that there is no outcome but this and perhaps another.</summary>
    private static int Completed(ServerProcess server, string orElse = "completed")
    {
        Match completed = Regex.Match(server.Outcomes("p"), $@"^completed (\d+)(, {orElse} \d+)?$");
        Assert.True(completed.Success, server.Output);
        return int.Parse(completed.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static async Task<int> AskAgainAndAgainAsync(IPEndPoint at, SemaphoreSlim answered, CancellationToken stop)
    {
        int count = 0;
        for (; !stop.IsCancellationRequested; count++)
        {
            using TestClient client = await TestClient.ConnectAsync(at);
            await client.SendAsync([1]);
            Assert.Equal(96, (await client.ReadToEndAsync()).Bytes.Length);
            answered.Release();
        }

        return count;
    }

    private static int Field(string output, string label) =>
        int.Parse(Regex.Match(output, $@"{label}:\s+(\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
}
