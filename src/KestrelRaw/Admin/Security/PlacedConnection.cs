using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace KestrelRaw.Admin.Security;

/// <summary>A connection in its place, with what decides whether it keeps that.</summary>
internal sealed class PlacedConnection : ConnectionContext
{
    private readonly ConnectionContext _connection;
    private readonly ConnectionPlaces _places;
    private readonly TimeProvider _timeProvider;
    private int _isDisposed;

    public PlacedConnection(ConnectionContext connection, ConnectionPlaces places, TimeProvider timeProvider)
    {
        (_connection, _places, _timeProvider) = (connection, places, timeProvider);
        Client = ClientAddress.Of((connection.RemoteEndPoint as IPEndPoint)?.Address);
        Since = timeProvider.GetTimestamp();
        Features.Set(this);
    }

    public IPAddress Client { get; }

    public PlaceUse Use { get; private set; } = PlaceUse.Idle;

    /// <summary>When the connection was accepted, or its use changed, whichever was last.</summary>
    public long Since { get; private set; }

    public override string ConnectionId
    {
        get => _connection.ConnectionId;
        set => _connection.ConnectionId = value;
    }

    public override IFeatureCollection Features => _connection.Features;

    public override IDictionary<object, object?> Items
    {
        get => _connection.Items;
        set => _connection.Items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _connection.Transport;
        set => _connection.Transport = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _connection.ConnectionClosed;
        set => _connection.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _connection.LocalEndPoint;
        set => _connection.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _connection.RemoteEndPoint;
        set => _connection.RemoteEndPoint = value;
    }

    /// <summary>A request begins or has ended.</summary>
    public void Note(PlaceUse use) => (Since, Use) = (_timeProvider.GetTimestamp(), use);

    public override void Abort(ConnectionAbortedException abortReason) => _connection.Abort(abortReason);

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await _connection.DisposeAsync();
        }
        finally
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                _places.Leave(this);
            }

            await base.DisposeAsync();
        }
    }
}

/// <summary>What a connection does in its place; the first to be given up comes first.</summary>
internal enum PlaceUse
{
    /// <summary>Its last request has been answered; the server closes it.</summary>
    Closing,

    /// <summary>There is no request.</summary>
    Idle,

    /// <summary>A request has been read, and is being answered.</summary>
    Asked,
}
