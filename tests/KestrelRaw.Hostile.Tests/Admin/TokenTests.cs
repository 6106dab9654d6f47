using System.Net;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Admin;

/// <summary>Changes by those who may not make them, and by many at once who may.</summary>
public sealed class TokenTests
{
    private const string Token = "s3cret-0f-thE-test";

    private static readonly string[] WithToken = [$"--KestrelRaw:Admin:Token={Token}"];

    [Fact]
    public async Task Put_WrongTokensByTheThousand_LetNobodyInAndKeepNobodyOut()
    {
        await using HostileRun run = await HostileRun.StartAsync(ServerKind.Epoll, new Scene("Admin", "Wrong tokens", "2,000 changes with wrong tokens") { Arguments = WithToken });
        IPEndPoint admin = run.Server.AdminEndPoint();
        await using var probe = new HealthProbe(admin);
        int[] statuses = new int[2000];
        Task guessing = Parallel.ForAsync(0, statuses.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (guess, _) =>
            statuses[guess] = await PutAsync(admin, AdminExchange.Hostile, "1", $"{Token[..^1]}{guess}"));
        Assert.Equal(200, await PutAsync(admin, "127.0.0.1", "50", Token));
        await guessing;

        Assert.All(statuses, status => Assert.True(status is 401 or 429, $"{status}"));
        Assert.Contains(429, statuses);

        // The next second's share of changes.
        Assert.True(await Poll.UntilAsync(async () => await PutAsync(admin, AdminExchange.Hostile, "60", Token) == 200, Until.Patience));
        Assert.DoesNotContain(Token, run.Server.Process.Output, StringComparison.Ordinal);
        await run.EndAsync($"{statuses.Count(status => status == 401):N0} answered 401, {statuses.Count(status => status == 429):N0} 429; {await probe.EndAsync()}");
    }

    [Fact]
    public async Task Put_RacedByManyClients_OneOfTheirSizesWinsAndNothingElse()
    {
        const int Racers = 32;
        const int EachClient = 15;
        await using HostileRun run = await HostileRun.StartAsync(ServerKind.Epoll, new Scene("Admin", "Raced changes", $"{Racers} clients change one pool's size, {EachClient} times each, under load") { Arguments = WithToken });
        IPEndPoint admin = run.Server.AdminEndPoint();
        await using var probe = new HealthProbe(admin);
        await Parallel.ForAsync(0, Racers, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (racer, _) =>
        {
            for (int i = 0; i < EachClient; i++)
            {
                Assert.Equal(200, await PutAsync(admin, $"127.0.2.{racer + 1}", $"{100 + racer}", Token));
            }
        });
        AdminReply pools = await AskAsync(admin, "127.0.0.1", $"GET /api/pools HTTP/1.1\r\n{AdminExchange.Headers}");
        Assert.Contains(Enumerable.Range(100, Racers), size => pools.Body.Contains($"\"name\":\"tested\",\"size\":{size},", StringComparison.Ordinal));
        await run.EndAsync($"{Racers * EachClient} answered 200; {await probe.EndAsync()}");
    }

    private static async Task<int> PutAsync(IPEndPoint admin, string from, string size, string token) =>
        (await AskAsync(admin, from, AdminExchange.Put("tested", $$"""{"size": {{size}}}""", token))).Status;

    private static Task<AdminReply> AskAsync(IPEndPoint admin, string from, string request) =>
        AdminExchange.AskAsync(admin, AdminExchange.Bytes(request), from, Until.Patience);
}
