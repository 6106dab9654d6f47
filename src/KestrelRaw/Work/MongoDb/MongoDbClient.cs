using Microsoft.Extensions.Logging;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Clusters.ServerSelectors;
using MongoDB.Driver.Core.Events;
using MongoDB.Driver.Core.Servers;

namespace KestrelRaw.Work.MongoDb;

/// <summary>The one client of a connection string, for all endpoints that have it.</summary>
internal sealed class MongoDbClient : IDisposable
{
    private readonly MongoClient _client;
    private readonly Reachability _reachability;
    private readonly ReadPreferenceServerSelector _readable;

    /// <summary>
    /// A read takes its place here and not in the driver's own queue, because a client that goes away can leave this one.
    /// To cancel the driver's operation would close its connection, and one that was just being opened all others with it.
    /// </summary>
    private readonly SemaphoreSlim _places;

    public MongoDbClient(MongoClientSettings settings, ILogger logger, TimeProvider timeProvider)
    {
        Name = string.Join(',', settings.Servers);
        MaxReads = settings.MaxConnectionPoolSize;
        _places = new SemaphoreSlim(MaxReads);
        _readable = new ReadPreferenceServerSelector(settings.ReadPreference);
        _reachability = new Reachability(() => MongoDbLog.Reached(logger, Name), reason => MongoDbLog.Lost(logger, Name, reason), timeProvider);
        settings.ClusterConfigurator = cluster => cluster.Subscribe<ClusterDescriptionChangedEvent>(change => Update(change.NewDescription));

        // It begins to look for its servers at once, in the background.
        _client = new MongoClient(settings);
    }

    /// <summary>Its servers, without user and password.</summary>
    public string Name { get; }

    /// <summary>How many reads run at a time, each on a connection of its own; the others wait for their turn.</summary>
    public int MaxReads { get; }

    /// <summary>Null when MongoDB can be reached, else why not.</summary>
    public string? Fault => _reachability.Fault is { } reason ? $"{Name} can't be reached: {reason}" : null;

    public IMongoCollection<T> GetCollection<T>(MongoDbSettings settings) =>
        _client.GetDatabase(settings.Database).GetCollection<T>(settings.Collection);

    /// <summary>Runs an operation when it has its turn.</summary>
    /// <param name="operation">Must end by itself, by the driver's timeouts.</param>
    /// <param name="cancellationToken">Whoever waits goes away: the operation goes on, and keeps its place until it has ended.</param>
    public async Task<T> RunAsync<T>(Func<Task<T>> operation, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        Task<T> running = HoldPlaceAsync(operation);
        try
        {
            return await running.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!running.IsCompleted)
        {
            // Nobody will look at how it ends.
            _ = running.ContinueWith(static left => left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _reachability.Dispose();
    }

    private async Task<T> HoldPlaceAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        finally
        {
            _places.Release();
        }
    }

    private void Update(ClusterDescription cluster)
    {
        Exception? error = cluster.Servers.Select(static server => server.HeartbeatException).FirstOrDefault(static exception => exception is not null);

        // With directConnection the driver selects the server whether it is there or not.
        IEnumerable<ServerDescription> connected = cluster.Servers.Where(static server => server.State == ServerState.Connected);
        _reachability.Update(_readable.SelectServers(cluster, connected).Any(), error?.GetBaseException().Message);
    }
}
