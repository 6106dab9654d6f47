using KestrelRaw.Connections.Pools;
using KestrelRaw.Endpoints;

namespace KestrelRaw.Admin.Pools;

/// <summary>A pool as <c>/api/pools</c> shows it.</summary>
/// <param name="Name">The pool's name.</param>
/// <param name="Size">Null is unlimited.</param>
/// <param name="InUse">Slots in use.</param>
/// <param name="Free">Slots that are not; null is unlimited.</param>
/// <param name="Queued">Accepted connections that wait for a slot.</param>
/// <param name="PerClient">Most slots for one remote IP address; null is unlimited.</param>
/// <param name="Endpoints">Whose connections take its slots.</param>
internal sealed record PoolView(string Name, int? Size, int InUse, int? Free, int Queued, int? PerClient, IReadOnlyList<PoolUser> Endpoints)
{
    public static PoolView Of(ConnectionPool pool, IEnumerable<BoundEndpoint> endpoints)
    {
        PoolUser[] users = [.. endpoints
            .Where(endpoint => endpoint.Admission.Pool == pool)
            .Select(static endpoint => new PoolUser(endpoint.Name, endpoint.Admission.InUse, endpoint.Admission.Queued))];
        return new PoolView(pool.Name, pool.Size, pool.InUse, pool.FreeCount, users.Sum(static user => user.Queued), pool.PerClient, users);
    }
}

/// <summary>An endpoint's share of a pool.</summary>
internal sealed record PoolUser(string Name, int InUse, int Queued);
