using KestrelRaw.Connections.Admission;
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
/// <param name="Adaptive">Of a pool that finds its own size; null: it does not.</param>
/// <param name="Endpoints">Whose connections take its slots.</param>
internal sealed record PoolView(string Name, int? Size, int InUse, int? Free, int Queued, int? PerClient, PoolAdaptation? Adaptive, IReadOnlyList<PoolUser> Endpoints)
{
    public static PoolView Of(ConnectionPool pool, IEnumerable<BoundEndpoint> endpoints)
    {
        BoundEndpoint[] sharing = [.. endpoints.Where(endpoint => endpoint.Admission.Pool == pool)];
        PoolUser[] users = [.. sharing.Select(static endpoint => PoolUser.Of(endpoint.Name, endpoint.Admission))];
        return new PoolView(
            pool.Name, pool.Size, pool.InUse, pool.FreeCount, users.Sum(static user => user.Queued), pool.PerClient,
            PoolAdaptation.Of(sharing[0]), users);
    }
}

/// <summary>An endpoint's share of a pool.</summary>
/// <param name="Name">The endpoint's.</param>
/// <param name="InUse">Slots that its connections hold.</param>
/// <param name="Queued">Its connections that wait for one.</param>
/// <param name="OverloadedSince">Null: its queue is not overloaded, or CoDel is off.</param>
internal sealed record PoolUser(string Name, int InUse, int Queued, DateTimeOffset? OverloadedSince)
{
    public static PoolUser Of(string name, ConnectionAdmission admission) => new(name, admission.InUse, admission.Queued, admission.OverloadedSince);
}
