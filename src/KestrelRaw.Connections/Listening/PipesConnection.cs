using System.IO.Pipelines;
using System.Net;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Pools;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace KestrelRaw.Connections.Listening;

/// <summary>A connection of Kestrel's socket transport, with our accounting around it.</summary>
internal sealed class PipesConnection : SocketConnection
{
    private readonly ConnectionContext _transportConnection;

    public PipesConnection(AcceptedSocket accepted, SocketTransport transport, ConnectionLease lease, ConnectionScope scope)
        : base(accepted, accepted.ToSocket(), lease, scope)
    {
        _transportConnection = transport.Create(Socket);
        Introduce();
    }

    public override string ConnectionId
    {
        get => _transportConnection.ConnectionId;
        set => _transportConnection.ConnectionId = value;
    }

    public override IFeatureCollection Features => _transportConnection.Features;

    public override IDictionary<object, object?> Items
    {
        get => _transportConnection.Items;
        set => _transportConnection.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _transportConnection.Transport;
        set => _transportConnection.Transport = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _transportConnection.LocalEndPoint;
        set => _transportConnection.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _transportConnection.RemoteEndPoint;
        set => _transportConnection.RemoteEndPoint = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _transportConnection.ConnectionClosed;
        set => _transportConnection.ConnectionClosed = value;
    }

    protected override void AbortSocket(ConnectionAbortedException reason) => _transportConnection.Abort(reason);

    protected override ValueTask CloseSocketAsync() => _transportConnection.DisposeAsync();
}
