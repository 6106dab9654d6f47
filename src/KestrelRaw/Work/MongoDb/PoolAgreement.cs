using KestrelRaw.Connections.Pools;
using KestrelRaw.Endpoints;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Work.MongoDb;

/// <summary>
/// Compares how many connections the endpoints' pools admit with how many reads their MongoDB client runs at a time, and
/// says so when the two differ: at the start, and when a pool is resized.
/// </summary>
internal sealed class PoolAgreement : IDisposable
{
    private readonly ConnectionPool[] _pools;
    private readonly Dictionary<ConnectionPool, int> _maxima = [];
    private readonly string _endpoints;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private MongoDbClient? _client;
    private (bool IsTold, int? Connections) _told;

    /// <param name="endpoints">Those that share the client.</param>
    /// <param name="logger">The log.</param>
    public PoolAgreement(IReadOnlyList<BoundEndpoint> endpoints, ILogger logger)
    {
        _pools = [.. endpoints.Select(static endpoint => endpoint.Admission.Pool).Distinct()];
        foreach (BoundEndpoint endpoint in endpoints)
        {
            if (endpoint.Settings.Pool.Adaptive is { } adaptive)
            {
                _maxima[endpoint.Admission.Pool] = adaptive.Maximum;
            }
        }

        _endpoints = string.Join(", ", endpoints.Select(static endpoint => endpoint.Name));
        _logger = logger;
    }

    /// <summary>The most connections that there can be at once; null: any number.</summary>
    public int? Connections => _pools.Any(pool => Size(pool) is null)
        ? null
        : (int)Math.Min(int.MaxValue, _pools.Sum(pool => (long)Size(pool)!));

    public void Watch(MongoDbClient client)
    {
        _client = client;
        foreach (ConnectionPool pool in _pools)
        {
            pool.Resized += Compare;
        }

        Compare();
    }

    public void Dispose()
    {
        foreach (ConnectionPool pool in _pools)
        {
            pool.Resized -= Compare;
        }
    }

    /// <summary>A pool that finds its own size may get to its maximum.</summary>
    private int? Size(ConnectionPool pool) => _maxima.TryGetValue(pool, out int most) ? most : pool.Size;

    private void Compare()
    {
        lock (_lock)
        {
            int? connections = Connections;
            if (_told == (true, connections))
            {
                return;
            }

            _told = (true, connections);
            if (connections is not { } count)
            {
                MongoDbLog.PoolsUnlimited(_logger, _client!.Name, _client.MaxReads, _endpoints);
            }
            else if (count > _client!.MaxReads)
            {
                MongoDbLog.PoolsBeyondReads(_logger, _client.Name, _client.MaxReads, _endpoints, count);
            }
            else if (count < _client.MaxReads)
            {
                MongoDbLog.PoolsBelowReads(_logger, _client.Name, _client.MaxReads, _endpoints, count);
            }
        }
    }
}
