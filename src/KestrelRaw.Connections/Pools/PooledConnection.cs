using System.Net;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Pools;

/// <summary>A slot in use, as <see cref="ConnectionPool.GetRunning"/> saw it.</summary>
public sealed class PooledConnection
{
    private readonly ConnectionLease _lease;
    private readonly BaseConnectionContext? _connection;

    internal PooledConnection(PoolMember member, string? connectionId, EndPoint? remoteEndPoint, TimeSpan age, ConnectionLease lease, BaseConnectionContext? connection)
    {
        Member = member;
        ConnectionId = connectionId;
        RemoteEndPoint = remoteEndPoint;
        Age = age;
        _lease = lease;
        _connection = connection;
    }

    internal PoolMember Member { get; }

    internal BaseConnectionContext? Connection => _connection;

    /// <summary>The connection's id; null for a lease that no connection was attached to.</summary>
    public string? ConnectionId { get; }

    /// <summary>The client's address; null where it is not known.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>How long the slot had been held.</summary>
    public TimeSpan Age { get; }

    /// <summary>Aborts the connection if it still has the slot.</summary>
    /// <returns>False when it has ended, or was never attached.</returns>
    public bool TryAbort(ConnectionAbortedException reason)
    {
        bool canAbort = _connection is not null && _lease.IsHeld;
        if (canAbort)
        {
            _connection!.Abort(reason);
        }

        return canAbort;
    }
}
