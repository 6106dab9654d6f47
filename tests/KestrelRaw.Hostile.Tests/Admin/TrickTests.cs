using System.Net;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Admin;

/// <summary>
/// Paths, methods, headers, bodies and bytes that are meant to be misread. Never another page than the one that was asked for,
/// never an error of the server, never a stack trace.
/// </summary>
public sealed class TrickTests
{
    /// <summary>What drips in for ever is ended after 5 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Requests_MeantToBeMisread_AreRefusedOrGetThePageThatTheyName()
    {
        await using HostileRun run = await HostileRun.StartAsync(ServerKind.Epoll, new Scene("Admin", "Tricks", "paths, methods, headers, bodies and bytes that are meant to be misread") { Arguments = Trick.Arguments });
        IPEndPoint admin = run.Server.AdminEndPoint();
        Trick[] tricks = [.. Trick.All];
        string?[] failures = new string?[tricks.Length];
        await Parallel.ForAsync(0, tricks.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (index, _) =>
            failures[index] = await FindFailureAsync(admin, tricks[index], From(index)));
        Assert.Equal("", string.Join('\n', failures.OfType<string>()));
        Assert.Contains("\"name\":\"neighbor\",\"size\":null,", (await AdminExchange.AskAsync(admin, Get("/api/pools"), From(0), Patience)).Body, StringComparison.Ordinal);
        await run.EndAsync($"{tricks.Length} requests, none misread");
    }

    [Fact]
    public async Task Requests_BrokenAtRandom_AreNeverAnErrorOfTheServer()
    {
        var fuzz = new SeededRuns(2000);
        await using HostileRun run = await HostileRun.StartAsync(
            ServerKind.Epoll, new Scene("Admin", "Broken requests", $"requests with bytes changed, left out and repeated at random, seed {fuzz.Seed}") { Arguments = Trick.Arguments });
        IPEndPoint admin = run.Server.AdminEndPoint();
        Trick[] tricks = [.. Trick.All.Where(trick => !trick.Request.Contains("tested", StringComparison.Ordinal))];
        int count = await fuzz.RunAsync(async (random, index) =>
        {
            string request = Break(tricks[random.Next(tricks.Length)].Request, random);
            AdminReply reply = await AdminExchange.AskAsync(admin, AdminExchange.Bytes(request), From(index), Patience, isLast: true);
            Assert.False(reply.Status >= 500 && reply.Status != 505 || reply.Body.Contains("   at ", StringComparison.Ordinal), $"{reply} for {request}");
        });

        // Only now: so many addresses are so many clients, each with as much right to a place.
        Assert.Equal(200, (await AdminExchange.AskAsync(admin, Get("/healthz/live"), From(0), Patience)).Status);
        await run.EndAsync($"{count:N0} requests, none an error");
    }

    /// <summary>Each from an address of its own, for each may ask only so often.</summary>
    private static string From(int index) => $"127.{1 + (index / 60_000)}.{index / 250 % 240}.{1 + (index % 250)}";

    private static async Task<string?> FindFailureAsync(IPEndPoint admin, Trick trick, string from)
    {
        AdminReply reply = await AdminExchange.AskAsync(admin, AdminExchange.Bytes(trick.Request), from, Patience);
        if (reply.IsOpen || !trick.Statuses.Contains(reply.Status) || reply.Body.Contains("   at ", StringComparison.Ordinal))
        {
            return $"{trick} -> {reply}";
        }

        if (reply.Status != 200 || trick.Page == "/metrics")
        {
            return null;
        }

        string page = (await AdminExchange.AskAsync(admin, Get(trick.Page!), from, Patience)).Body;
        return Names(reply.Body) == Names(page) ? null : $"{trick} -> {reply} instead of {page}";
    }

    /// <summary>The counts in a page move.</summary>
    private static string Names(string page) => System.Text.RegularExpressions.Regex.Replace(page, "[0-9]+", "N");

    private static byte[] Get(string path) => AdminExchange.Bytes($"GET {path} HTTP/1.1\r\n{AdminExchange.Headers}");

    private static string Break(string request, Random random)
    {
        for (int change = random.Next(1, 6); change > 0; change--)
        {
            int at = random.Next(request.Length + 1);
            int length = Math.Min(random.Next(1, 8), request.Length - at);
            request = random.Next(4) switch
            {
                0 => request[..at] + request[(at + length)..],
                1 => request[..at] + (char)random.Next(256) + request[at..],
                2 => request[..at] + string.Concat(Enumerable.Repeat(request[at..(at + length)], random.Next(2, 50))) + request[at..],
                _ => request[..at] + new string([.. Enumerable.Range(0, length).Select(_ => (char)random.Next(256))]) + request[(at + length)..],
            };
        }

        return request;
    }
}
