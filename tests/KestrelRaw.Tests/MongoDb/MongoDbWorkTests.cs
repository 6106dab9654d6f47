using System.Text;
using KestrelRaw.Responses;
using KestrelRaw.TestHelpers;
using KestrelRaw.Work;
using KestrelRaw.Work.MongoDb;
using MongoDB.Bson;

namespace KestrelRaw.Tests.MongoDb;

/// <summary>The work by itself, against a MongoDB that works.</summary>
public sealed class MongoDbWorkTests
{
    private const string OkHead = "HTTP/1.0 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ";

    [Fact]
    public async Task Run_ADocumentWithText_IsItsBodyInTheFrame()
    {
        await using TestedMongoDb mongoDb = await TestedMongoDb.StartAsync(TestedMongoDb.Text("17", "Grüße\n"));
        using MongoDbClient client = Connect(mongoDb);
        MongoDbWork work = Create(client, mongoDb);
        Assert.Equal(OkHead + "8\r\nConnection: close\r\n\r\nGrüße\n", await AskAsync(work, "17\n"));
        Assert.Equal(await AskAsync(work, "17\n"), await AskAsync(work, "GET /17 HTTP/1.1\r\n\r\n"));
    }

    [Theory]
    [InlineData("Article", "http/1.0 200 OK\n                  x y", "http/1.0 404 Not Found\n                  not found\n")]
    [InlineData(
        "ArticleGevent",
        "http/1.0 200 OK\n                  x yGET index.html HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nServer: xiaorui.cc\n",
        "http/1.0 404 Not Found\n                  not found\nGET index.html HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nServer: xiaorui.cc\n")]
    public async Task Run_TheArticlesPresets_KeepTheirFrame(string preset, string found, string notFound)
    {
        await using TestedMongoDb mongoDb = await TestedMongoDb.StartAsync(TestedMongoDb.Text("17", "x y"));
        using MongoDbClient client = Connect(mongoDb);
        MongoDbWork work = Create(client, mongoDb, Enum.Parse<ResponsePreset>(preset));
        Assert.Equal(found, await AskAsync(work, "17"));
        Assert.Equal(notFound, await AskAsync(work, "18"));
    }

    [Fact]
    public async Task Run_ADocumentWithBytes_IsTheBytes()
    {
        byte[] body = [0, 255, 13, 10, 7];
        await using TestedMongoDb mongoDb = await TestedMongoDb.StartAsync(new BsonDocument { { "_id", "b" }, { "body", body } });
        using MongoDbClient client = Connect(mongoDb);
        ReadOnlyMemory<byte> response = await Create(client, mongoDb).RunAsync("b"u8.ToArray(), CancellationToken.None).AsTask().OrHang();
        Assert.Equal([.. "HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"u8, .. body], response.ToArray());
    }

    [Theory]
    [InlineData("18")]
    [InlineData("")]
    [InlineData("GET / HTTP/1.0\r\n")]
    [InlineData("\\xff")]
    public async Task Run_NoSuchDocument_IsAShortAnswer(string request)
    {
        await using TestedMongoDb mongoDb = await TestedMongoDb.StartAsync(TestedMongoDb.Text("17", "x"));
        using MongoDbClient client = Connect(mongoDb);
        byte[] bytes = request == "\\xff" ? [255] : Encoding.UTF8.GetBytes(request);
        ReadOnlyMemory<byte> response = await Create(client, mongoDb).RunAsync(bytes, CancellationToken.None).AsTask().OrHang();
        Assert.Equal(
            "HTTP/1.0 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 10\r\nConnection: close\r\n\r\nnot found\n",
            Encoding.UTF8.GetString(response.Span));
    }

    [Fact]
    public async Task Run_ABodyOfAnotherType_IsAFailureThatSaysIt()
    {
        await using TestedMongoDb mongoDb = await TestedMongoDb.StartAsync(new BsonDocument { { "_id", "n" }, { "body", 1 } }, new BsonDocument("_id", "none"));
        using MongoDbClient client = Connect(mongoDb);
        MongoDbWork work = Create(client, mongoDb);
        Assert.Contains("Int32", (await Assert.ThrowsAsync<InvalidDataException>(() => AskAsync(work, "n"))).Message, StringComparison.Ordinal);
        Assert.Contains("Null", (await Assert.ThrowsAsync<InvalidDataException>(() => AskAsync(work, "none"))).Message, StringComparison.Ordinal);
    }

    /// <summary>The driver's own queue has 500 places, which were full with this many.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Run_ManyMoreAtOnceThanConnections_AllAreAnswered(int connections)
    {
        await using TestedMongoDb mongoDb = await TestedMongoDb.StartAsync(TestedMongoDb.Text("17", "x"));
        using MongoDbClient client = Connect(mongoDb, connections);
        MongoDbWork work = Create(client, mongoDb);
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => AskAsync(work, "17")));
        Assert.All(answers, static answer => Assert.StartsWith(OkHead + "1\r\n", answer, StringComparison.Ordinal));
    }

    private static MongoDbClient Connect(TestedMongoDb mongoDb, int connections = 10) => new(
        MongoDbClientSettings.Create(mongoDb.ConnectionString, Until.Patience, connections), new CollectingLogger(), TimeProvider.System);

    private static MongoDbWork Create(MongoDbClient client, TestedMongoDb mongoDb, ResponsePreset preset = ResponsePreset.Http) =>
        new(client, new MongoDbSettings(mongoDb.ConnectionString, mongoDb.Database, TestedMongoDb.Collection, Until.Patience), preset);

    private static async Task<string> AskAsync(MongoDbWork work, string request) =>
        Encoding.UTF8.GetString((await work.RunAsync(Encoding.UTF8.GetBytes(request), CancellationToken.None).AsTask().OrHang()).Span);
}
