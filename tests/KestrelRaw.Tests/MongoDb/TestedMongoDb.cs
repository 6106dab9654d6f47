using MongoDB.Bson;
using MongoDB.Driver;

namespace KestrelRaw.Tests.MongoDb;

/// <summary>
/// A MongoDB that works: the real one whose connection string KESTRELRAW_TEST_MONGODB holds, else the wire server. Each test
/// has a database of its own.
/// </summary>
internal sealed class TestedMongoDb : IAsyncDisposable
{
    public const string Collection = "documents";

    private static readonly string? Real = Environment.GetEnvironmentVariable("KESTRELRAW_TEST_MONGODB");

    private readonly WireServer? _wireServer;
    private readonly MongoClient _client;

    private TestedMongoDb(string connectionString, WireServer? wireServer)
    {
        ConnectionString = connectionString;
        _wireServer = wireServer;
        _client = new MongoClient(connectionString);
    }

    public string ConnectionString { get; }

    public string Database { get; } = $"kestrelraw-test-{Guid.NewGuid():N}";

    public IMongoCollection<BsonDocument> Documents => _client.GetDatabase(Database).GetCollection<BsonDocument>(Collection);

    /// <summary>The JSON object below <c>Work</c>.</summary>
    public string Work => $$"""{ "Kind": "MongoDb", "MongoDb": { "ConnectionString": "{{ConnectionString}}", "Database": "{{Database}}", "Collection": "{{Collection}}", "Timeout": "20s" } }""";

    public static async Task<TestedMongoDb> StartAsync(params BsonDocument[] documents)
    {
        WireServer? wireServer = string.IsNullOrEmpty(Real) ? await WireServer.StartAsync() : null;
        var mongoDb = new TestedMongoDb(wireServer?.ConnectionString ?? Real!, wireServer);
        if (documents.Length > 0)
        {
            await mongoDb.Documents.InsertManyAsync(documents);
        }

        return mongoDb;
    }

    public static BsonDocument Text(string id, string body) => new() { { "_id", id }, { "body", body }, { "other", 1 } };

    public async ValueTask DisposeAsync()
    {
        await _client.DropDatabaseAsync(Database);
        _client.Dispose();
        await (_wireServer?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
