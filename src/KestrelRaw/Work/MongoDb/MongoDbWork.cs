using System.Text;
using KestrelRaw.Connections.Work;
using KestrelRaw.Responses;
using MongoDB.Bson;
using MongoDB.Driver;

namespace KestrelRaw.Work.MongoDb;

/// <summary>The work <c>MongoDb</c>: a connection asks for a document by its <c>_id</c> and gets its <c>body</c>.</summary>
internal sealed class MongoDbWork : IConnectionWork
{
    private static readonly BsonDocument BodyAlone = new() { { "body", 1 }, { "_id", 0 } };

    private readonly MongoDbClient _client;
    private readonly MongoDbSettings _settings;
    private readonly ResponsePreset _preset;
    private readonly ReadOnlyMemory<byte> _notFound;
    private readonly IMongoCollection<BsonDocument> _documents;

    public MongoDbWork(MongoDbClient client, MongoDbSettings settings, ResponsePreset preset)
    {
        _client = client;
        _settings = settings;
        _preset = preset;
        _notFound = ResponseFrame.NotFound(preset);
        _documents = client.GetCollection<BsonDocument>(settings);
    }

    public async ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        if (DocumentId.Read(request.Span) is not { } id)
        {
            return _notFound;
        }

        try
        {
            BsonDocument? document = await FindAsync(id, cancellationToken);
            return document is null ? _notFound : Frame(document);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && IsTimeout(exception))
        {
            throw new TimeoutException($"no answer within {_settings.Timeout.TotalSeconds} s; {_client.Fault ?? $"{_client.Name} can be reached"}", exception);
        }
    }

    /// <summary>The driver has a timeout for each step; this one is for all of them.</summary>
    private async Task<BsonDocument?> FindAsync(string id, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_settings.Timeout);
        return await _client.RunAsync(
            async () => (BsonDocument?)await _documents
                .Find(new BsonDocument("_id", id), new FindOptions { MaxTime = _settings.Timeout })
                .Project(BodyAlone)
                .FirstOrDefaultAsync(CancellationToken.None),
            deadline.Token);
    }

    private ReadOnlyMemory<byte> Frame(BsonDocument document) => document.GetValue("body", BsonNull.Value) switch
    {
        BsonString text => ResponseFrame.Found(_preset, Encoding.UTF8.GetBytes(text.Value), isText: true),
        BsonBinaryData binary => ResponseFrame.Found(_preset, binary.Bytes, isText: false),
        BsonValue other => throw new InvalidDataException($"A document's field body must be a string or binary, and is {other.BsonType}."),
    };

    private static bool IsTimeout(Exception exception) => exception is
        OperationCanceledException
        or TimeoutException
        or MongoExecutionTimeoutException
        or MongoConnectionException { InnerException: TimeoutException };
}
