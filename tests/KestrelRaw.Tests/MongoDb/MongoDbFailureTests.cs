using System.Diagnostics;
using System.Text;
using KestrelRaw.Responses;
using KestrelRaw.TestHelpers;
using KestrelRaw.Work;
using KestrelRaw.Work.MongoDb;
using MongoDB.Driver;

namespace KestrelRaw.Tests.MongoDb;

/// <summary>The work by itself, against a wire server that fails.</summary>
public sealed class MongoDbFailureTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Run_ASlowAnswer_IsATimeoutInTime()
    {
        await using WireServer server = await WireServer.StartAsync(documents: 1);
        using MongoDbClient client = Connect(server, Until.Patience, 10);
        await AskAsync(Create(client, server, Until.Patience));
        await server.ShowAsync("slow 60");
        long start = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<TimeoutException>(() => AskAsync(Create(client, server, Short)));

        // Timers may be early by a little.
        Assert.InRange(Stopwatch.GetElapsedTime(start), Short * 0.9, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Run_WaitsForItsTurnTooLong_IsATimeoutInTimeAndItsPlaceIsFreeAgain()
    {
        await using WireServer server = await WireServer.StartAsync(documents: 1);
        using MongoDbClient client = Connect(server, Until.Patience, 1);
        MongoDbWork patient = Create(client, server, Until.Patience);
        MongoDbWork hasty = Create(client, server, Short);
        await AskAsync(patient);
        await server.ShowAsync("slow 4");
        Task<string> first = AskAsync(patient);
        await Assert.ThrowsAsync<TimeoutException>(() => AskAsync(hasty));
        Assert.EndsWith("This is document 1.", await first, StringComparison.Ordinal);
        await server.ShowAsync("heal");
        Assert.EndsWith("This is document 1.", await AskAsync(patient), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CancelledWhileItReads_EndsAtOnceAndDisturbsNobody()
    {
        await using WireServer server = await WireServer.StartAsync(documents: 1);
        using var logger = new CollectingLogger();
        using MongoDbClient client = Connect(server, Until.Patience, 50, logger);
        MongoDbWork work = Create(client, server, Until.Patience);
        await AskAsync(work);
        await server.ShowAsync("slow 3");
        using var gone = new CancellationTokenSource();
        Task<string>[] leaving = [.. Enumerable.Range(0, 40).Select(_ => AskAsync(work, gone.Token))];
        Task<string>[] staying = [.. Enumerable.Range(0, 10).Select(_ => AskAsync(work))];
        await gone.CancelAsync();
        foreach (Task<string> task in leaving)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }

        Assert.All(await Task.WhenAll(staying), static answer => Assert.EndsWith("This is document 1.", answer, StringComparison.Ordinal));
        Assert.Null(client.Fault);
        Assert.Equal(["MongoDbReached"], logger.Entries.Select(static entry => entry.EventName));
    }

    [Fact]
    public async Task Run_AnErrorReply_IsAFailureThatSaysIt()
    {
        await using WireServer server = await WireServer.StartAsync(documents: 1);
        using MongoDbClient client = Connect(server, Until.Patience, 10);
        await server.ShowAsync("refuse");
        var failure = await Assert.ThrowsAsync<MongoCommandException>(() => AskAsync(Create(client, server, Until.Patience)));
        Assert.Contains("not authorized, says the wire server", failure.Message, StringComparison.Ordinal);
        Assert.Null(client.Fault);
    }

    [Fact]
    public async Task Run_DroppedConnections_AreFailuresUntilItHeals()
    {
        await using WireServer server = await WireServer.StartAsync(documents: 1);
        using MongoDbClient client = Connect(server, Until.Patience, 10);
        MongoDbWork work = Create(client, server, Until.Patience);
        await AskAsync(work);
        await server.ShowAsync("drop");
        await Assert.ThrowsAnyAsync<MongoException>(() => AskAsync(work));
        await server.ShowAsync("heal");
        Assert.EndsWith("This is document 1.", await AskAsync(work), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NothingAnswers_IsATimeoutInTime()
    {
        await using WireServer server = await WireServer.StartAsync(documents: 1);
        await server.ShowAsync("hang");
        using MongoDbClient client = Connect(server, Short, 10);
        await Assert.ThrowsAsync<TimeoutException>(() => AskAsync(Create(client, server, Short)));
        Assert.NotNull(client.Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?directConnection=true")]
    public async Task Client_GoneAndBack_IsToldOnceEachAndHealsByItself(string options)
    {
        await using WireServer server = await WireServer.StartAsync(documents: 1);
        using var logger = new CollectingLogger();
        using MongoDbClient client = Connect(server, Until.Patience, 10, logger, options);
        MongoDbWork work = Create(client, server, Until.Patience);
        await AskAsync(work);
        Assert.Null(client.Fault);
        await server.KillAsync();
        await Until.TrueAsync(() => Task.FromResult(client.Fault is not null));
        Assert.Contains($"127.0.0.1:{server.Port} can't be reached: ", client.Fault, StringComparison.Ordinal);
        Task<string> asked = AskAsync(work);
        await server.ReturnAsync(documents: 1);
        Assert.EndsWith("This is document 1.", await asked, StringComparison.Ordinal);
        await Until.TrueAsync(() => Task.FromResult(client.Fault is null));
        Assert.Equal(["MongoDbReached", "MongoDbLost", "MongoDbReached"], logger.Entries.Select(static entry => entry.EventName));
    }

    private static MongoDbClient Connect(WireServer server, TimeSpan timeout, int connections, CollectingLogger? logger = null, string options = "") =>
        new(MongoDbClientSettings.Create(server.ConnectionString + options, timeout, connections), logger ?? new CollectingLogger(), TimeProvider.System);

    private static MongoDbWork Create(MongoDbClient client, WireServer server, TimeSpan timeout) =>
        new(client, new MongoDbSettings(server.ConnectionString, "kestrelraw", "documents", timeout), ResponsePreset.Http);

    private static async Task<string> AskAsync(MongoDbWork work, CancellationToken cancellationToken = default) =>
        Encoding.UTF8.GetString((await work.RunAsync("1"u8.ToArray(), cancellationToken).AsTask().OrHang()).Span);
}
