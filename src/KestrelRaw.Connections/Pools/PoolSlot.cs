using System.Net;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Pools;

/// <summary>
/// One slot of a pool, used by one lease after the other. The version tells the leases apart: it is odd while a lease
/// holds the slot, and a lease whose number has passed can do nothing any more.
/// </summary>
internal sealed class PoolSlot(ConnectionPool pool, int index)
{
    private PoolMember? _member;
    private int _version;
    private long _since;
    private ClientSlots? _client;

    public int Index => index;

    /// <summary>The number of the next free slot, plus one; 0 ends the list. Belongs to <see cref="SlotTable"/>.</summary>
    public int NextFree { get; set; }

    public EndPoint? RemoteEndPoint { get; set; }

    public BaseConnectionContext? Connection { get; set; }

    /// <summary>The slot counts for a client.</summary>
    public bool IsCounted => Volatile.Read(ref _client) is not null;

    public ConnectionLease Begin(PoolMember member, EndPoint? remoteEndPoint, ClientSlots? client, long now)
    {
        _member = member;
        if (client is not null)
        {
            // Not cleared otherwise: the last release has, and a count by client that begins just now may have set it.
            _client = client;
        }

        RemoteEndPoint = remoteEndPoint;
        _since = now;
        int version = _version + 1;
        Volatile.Write(ref _version, version);
        return new ConnectionLease(this, version);
    }

    /// <summary>The slot is in use for somebody else now. To be called by the lease's owner.</summary>
    public void MoveTo(PoolMember member)
    {
        member.CountTaken();
        _member!.CountReturned();
        _member = member;
    }

    /// <summary>Frees the slot if the lease of that number still holds it.</summary>
    public void Release(int version)
    {
        if (Interlocked.CompareExchange(ref _version, version + 1, version) == version)
        {
            PoolMember member = _member!;
            ClientSlots? client = IsCounted ? Interlocked.Exchange(ref _client, null) : null;
            _member = null;
            RemoteEndPoint = null;
            Connection = null;
            pool.Return(this, member, client);
        }
    }

    /// <summary>From now on the slot counts for that client. Called under the pool's lock, while leases may end without it.</summary>
    /// <returns>False when the slot is not held: whoever frees it will not take it off the client.</returns>
    public bool TryAssign(ClientSlots client)
    {
        int version = Volatile.Read(ref _version);
        if (version % 2 == 0)
        {
            return false;
        }

        Interlocked.Exchange(ref _client, client);

        // If the lease has just ended, either its end has taken the client with it, or it is taken back here.
        return IsHeldBy(version) || Interlocked.Exchange(ref _client, null) is null;
    }

    public bool IsHeldBy(int version) => Volatile.Read(ref _version) == version;

    /// <summary>What runs here, as one consistent picture; null when nothing does, or only one of <paramref name="except"/>.</summary>
    public PooledConnection? Look(PoolMember except, long now, TimeProvider timeProvider)
    {
        int version = Volatile.Read(ref _version);
        BaseConnectionContext? connection = Connection;
        EndPoint? remoteEndPoint = RemoteEndPoint;
        TimeSpan age = timeProvider.GetElapsedTime(_since, now);
        PoolMember? member = _member;
        Interlocked.MemoryBarrier();
        return member is not null && member != except && version % 2 != 0 && IsHeldBy(version)
            ? new PooledConnection(member, connection?.ConnectionId, remoteEndPoint, age, new ConnectionLease(this, version), connection)
            : null;
    }
}
