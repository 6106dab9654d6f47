using KestrelRaw.Endpoints;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Work.MongoDb;

/// <summary>The clients of all endpoints whose work is <c>MongoDb</c>, one for each connection string.</summary>
internal sealed class MongoDbClients : IDisposable
{
    private readonly Dictionary<string, MongoDbClient> _clients;
    private readonly List<PoolAgreement> _agreements = [];
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;

    /// <param name="endpoints">All endpoints of the server.</param>
    /// <param name="logger">The log.</param>
    /// <param name="timeProvider">The clock.</param>
    public MongoDbClients(IReadOnlyList<BoundEndpoint> endpoints, ILogger<MongoDbClients> logger, TimeProvider timeProvider)
    {
        _logger = logger;
        _timeProvider = timeProvider;
        _clients = endpoints
            .Where(static endpoint => endpoint.Settings.Work.Kind == WorkKind.MongoDb)
            .GroupBy(static endpoint => endpoint.Settings.Work.MongoDb!.ConnectionString)
            .ToDictionary(static sharing => sharing.Key, sharing => Create(sharing.Key, [.. sharing]));
    }

    public IEnumerable<MongoDbClient> All => _clients.Values;

    public MongoDbWork CreateWork(EndpointSettings endpoint)
    {
        MongoDbSettings settings = endpoint.Work.MongoDb!;
        return new MongoDbWork(_clients[settings.ConnectionString], settings, endpoint.Response.Preset!.Value);
    }

    public void Dispose()
    {
        _agreements.ForEach(static agreement => agreement.Dispose());
        foreach (MongoDbClient client in All)
        {
            client.Dispose();
        }
    }

    private MongoDbClient Create(string connectionString, IReadOnlyList<BoundEndpoint> endpoints)
    {
        TimeSpan timeout = endpoints.Max(static endpoint => endpoint.Settings.Work.MongoDb!.Timeout);
        var agreement = new PoolAgreement(endpoints, _logger);
        var client = new MongoDbClient(MongoDbClientSettings.Create(connectionString, timeout, agreement.Connections), _logger, _timeProvider);
        agreement.Watch(client);
        _agreements.Add(agreement);
        return client;
    }
}
