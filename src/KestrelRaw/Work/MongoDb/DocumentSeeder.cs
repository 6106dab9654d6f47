using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;

namespace KestrelRaw.Work.MongoDb;

/// <summary>
/// Writes the documents "1" to "N". Each replaces what has its id, so a second run changes nothing; other documents stay.
/// </summary>
internal static class DocumentSeeder
{
    /// <summary>One message to the server, well below what it takes at once (100,000 writes, 48 MB).</summary>
    private const int BatchSize = 1000;

    private const int Reports = 10;

    /// <summary>For each batch: what the driver waits for a server, and longer than a read may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly BulkWriteOptions InAnyOrder = new() { IsOrdered = false };

    /// <param name="settings">Where to.</param>
    /// <param name="count">How many.</param>
    /// <param name="progress">Is told now and then how many are written.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <returns>Why not all of them are written; null: they are.</returns>
    public static async Task<string?> SeedAsync(MongoDbSettings settings, int count, Action<int> progress, CancellationToken cancellationToken)
    {
        using var client = new MongoDbClient(
            MongoDbClientSettings.Create(settings.ConnectionString, Patience, mostReads: 1), NullLogger.Instance, TimeProvider.System);
        IMongoCollection<BsonDocument> documents = client.GetCollection<BsonDocument>(settings);
        try
        {
            for (int first = 1; first <= count; first += BatchSize)
            {
                int last = (int)Math.Min(count, (long)first + BatchSize - 1);
                await documents.BulkWriteAsync(Enumerable.Range(first, last - first + 1).Select(Replace), InAnyOrder, cancellationToken);
                if ((long)last * Reports / count > (first - 1L) * Reports / count)
                {
                    progress(last);
                }
            }

            return null;
        }
        catch (Exception exception) when (exception is MongoException or TimeoutException)
        {
            return client.Fault ?? exception.Message;
        }
    }

    private static ReplaceOneModel<BsonDocument> Replace(int number)
    {
        string id = number.ToString(CultureInfo.InvariantCulture);
        return new ReplaceOneModel<BsonDocument>(new BsonDocument("_id", id), new BsonDocument { { "_id", id }, { "body", $"Hello World! This is document {id}." } })
        {
            IsUpsert = true,
        };
    }
}
