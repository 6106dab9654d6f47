using System.Globalization;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Functional;

namespace KestrelRaw.Tests.Systemd;

/// <summary>One server after the other on a socket that stays open: nobody loses a connection.</summary>
public sealed class RestartTests
{
    [Theory]
    [InlineData("Async", null, "StopAccepting")]
    [InlineData("Threads", null, "StopAccepting")]
    [InlineData("Async", 8, "StopAccepting")]
    [InlineData("Async", 8, "Queue")]
    [InlineData("Threads", 8, "Queue")]
    public async Task Restart_UnderLoad_EveryConnectionIsAnswered(string model, int? poolSize, string whenFull)
    {
        const int Restarts = 3;
        const int Clients = 32;
        string endpoints = $$"""
            { "p": { "Url": "tcp://127.0.0.1:1", "Model": "{{model}}", "Work": { "Delay": "20ms" },
                     "Pool": { "Size": {{poolSize?.ToString(CultureInfo.InvariantCulture) ?? "null"}}, "WhenFull": "{{whenFull}}" } } }
            """;
        using var holder = new SocketHolder(SocketHolder.ListenOnLoopback());
        using var stop = new CancellationTokenSource();
        using var answered = new SemaphoreSlim(0);
        Task<int>[] clients = [.. Enumerable.Range(0, Clients).Select(_ => AskAgainAndAgainAsync(holder.Port, answered, stop.Token))];
        int completed = 0;
        for (int run = 0; run <= Restarts; run++)
        {
            await using ServerProcess server = await holder.StartServerAsync("p", endpoints);
            for (int i = 0; i < 5 * Clients; i++)
            {
                Assert.True(await answered.WaitAsync(Until.Patience), server.Output);
            }

            if (run == Restarts)
            {
                await stop.CancelAsync();
                await Task.WhenAll(clients).OrHang();
            }

            Assert.Equal(0, await server.StopAsync());
            string outcomes = server.Outcomes("p");
            Assert.StartsWith("completed ", outcomes, StringComparison.Ordinal);
            Assert.DoesNotContain(",", outcomes, StringComparison.Ordinal);
            completed += int.Parse(outcomes["completed ".Length..], CultureInfo.InvariantCulture);
        }

        Assert.Equal((await Task.WhenAll(clients)).Sum(), completed);
    }

    [Fact]
    public async Task Stop_ClientsInTheKernelsQueue_AreTheSuccessors()
    {
        const string Endpoints = """{ "p": { "Url": "tcp://127.0.0.1:1", "Work": { "Delay": "2s" }, "Pool": { "Size": 1 }, "Timeouts": { "Linger": "100ms" } } }""";
        using var holder = new SocketHolder(SocketHolder.ListenOnLoopback());
        using TestClient running = await TestClient.ConnectAsync(holder.Port);
        using TestClient waiting = await TestClient.ConnectAsync(holder.Port);
        await waiting.SendAsync([1]);
        await using (ServerProcess first = await holder.StartServerAsync("p", Endpoints, "--Serilog:MinimumLevel:Default=Verbose"))
        {
            await running.SendAsync([1]);
            await first.WaitForAsync("sent 1 bytes");
            Assert.Equal(0, await first.StopAsync());
            Assert.Equal("completed 1", first.Outcomes("p"));
        }

        Assert.Equal(96, (await running.ReadToEndAsync()).Bytes.Length);
        using TestClient late = await TestClient.ConnectAsync(holder.Port);
        await late.SendAsync([1]);
        await using ServerProcess second = await holder.StartServerAsync("p", Endpoints);
        Assert.Equal(96, (await waiting.ReadToEndAsync()).Bytes.Length);
        Assert.Equal(96, (await late.ReadToEndAsync()).Bytes.Length);
        Assert.Equal(0, await second.StopAsync());
        Assert.Equal("completed 2", second.Outcomes("p"));
    }

    /// <summary>A connection after the other, each answered in full; throws on the first that is not.</summary>
    private static async Task<int> AskAgainAndAgainAsync(int port, SemaphoreSlim answered, CancellationToken stop)
    {
        int count = 0;
        while (!stop.IsCancellationRequested)
        {
            Assert.Equal(96, (await TestClient.AskAsync(port)).Bytes.Length);
            count++;
            answered.Release();
        }

        return count;
    }
}
