using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Endpoints;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Endpoints;
using KestrelRaw.Work.MongoDb;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Tests.MongoDb;

public sealed class PoolAgreementTests
{
    [Theory]
    [InlineData("", new[] { 30 }, 30)]
    [InlineData("", new[] { 30, 40 }, 70)]
    [InlineData("", new[] { 1000 }, 1000)]
    [InlineData("", new[] { 0 }, 1)]
    [InlineData("", new[] { -1 }, 100)]
    [InlineData("", new[] { 30, -1 }, 100)]
    [InlineData("?maxPoolSize=7", new[] { 30 }, 7)]
    [InlineData("?minPoolSize=20", new[] { 5 }, 5)]
    public void MaxReads_FollowsThePoolsUnlessTheConnectionStringSaysIt(string options, int[] sizes, int maxReads)
    {
        using var logger = new CollectingLogger();
        using PoolAgreement agreement = Create(logger, options, [.. sizes.Select(static size => new ConnectionPool(size < 0 ? null : size))], out MongoDbClient client);
        using (client)
        {
            Assert.Equal(maxReads, client.MaxReads);
        }
    }

    [Fact]
    public void SharedPool_IsCountedOnce()
    {
        var shared = new ConnectionPool(30);
        using var logger = new CollectingLogger();
        using PoolAgreement agreement = Create(logger, "", [shared, shared], out MongoDbClient client);
        using (client)
        {
            Assert.Equal(30, client.MaxReads);
            Assert.Empty(Told(logger));
        }
    }

    [Theory]
    [InlineData(30, "PoolsBeyondReads", LogLevel.Warning)]
    [InlineData(3, "PoolsBelowReads", LogLevel.Information)]
    [InlineData(null, "PoolsUnlimited", LogLevel.Information)]
    public void Start_TheTwoDiffer_IsTold(int? size, string eventName, LogLevel level)
    {
        using var logger = new CollectingLogger();
        using PoolAgreement agreement = Create(logger, "?maxPoolSize=7", [new ConnectionPool(size)], out MongoDbClient client);
        using (client)
        {
            LogEntry line = Assert.Single(Told(logger));
            Assert.Equal((eventName, level), (line.EventName, line.Level));
            Assert.Contains("7 reads", line.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Resize_ToAnotherSizeThanTheClients_IsToldEachTimeAndNotAfterTheEnd()
    {
        using var logger = new CollectingLogger();
        var pool = new ConnectionPool(7);
        PoolAgreement agreement = Create(logger, "", [pool], out MongoDbClient client);
        using (client)
        {
            Assert.Empty(Told(logger));
            pool.Resize(50);
            pool.Resize(50);
            pool.Resize(7);
            pool.Resize(5);
            Assert.Equal(["PoolsBeyondReads", "PoolsBelowReads"], Told(logger).Select(static entry => entry.EventName));
            agreement.Dispose();
            pool.Resize(60);
            Assert.Equal(2, Told(logger).Count());
        }
    }

    [Fact]
    public void AdaptivePool_CountsWithItsMaximumWhateverItsSize()
    {
        using var logger = new CollectingLogger();
        var pool = new ConnectionPool(20);
        var adaptive = new PoolSettings("test", null, null, new AdaptivePoolSizeOptions { Maximum = 60 });
        using var endpoint = new BoundEndpoint(TestSettings.Endpoint() with { Pool = adaptive }, [], pool);
        using PoolAgreement agreement = Create(logger, "", [endpoint], out MongoDbClient client);
        using (client)
        {
            Assert.Equal(60, client.MaxReads);
            pool.Resize(33);
            Assert.Empty(Told(logger));
        }
    }

    /// <summary>Nobody listens on the port: the client says so, in its own time.</summary>
    private static IEnumerable<LogEntry> Told(CollectingLogger logger) => logger.Entries.Where(static entry => entry.EventName!.StartsWith("Pools", StringComparison.Ordinal));

    private static PoolAgreement Create(CollectingLogger logger, string options, ConnectionPool[] pools, out MongoDbClient client) =>
        Create(logger, options, [.. pools.Select(static pool => new BoundEndpoint(TestSettings.Endpoint(), [], pool))], out client);

    private static PoolAgreement Create(CollectingLogger logger, string options, BoundEndpoint[] endpoints, out MongoDbClient client)
    {
        var agreement = new PoolAgreement(endpoints, logger);
        client = new MongoDbClient(
            MongoDbClientSettings.Create($"mongodb://127.0.0.1:1/{options}", TimeSpan.FromSeconds(5), agreement.Connections), logger, TimeProvider.System);
        agreement.Watch(client);
        return agreement;
    }
}
