using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Admin.Security;

/// <summary>Gives Kestrel the sockets that listen already, each behind a <see cref="PlacedListener"/>.</summary>
internal sealed class PlacedListenerFactory(
    AdminListener listener, ConnectionPlaces places, TimeProvider timeProvider, ILoggerFactory loggerFactory) : IConnectionListenerFactory, IDisposable
{
    private readonly ILogger _logger = loggerFactory.CreateLogger<PlacedListener>();
    private readonly SocketConnectionContextFactory _connections = new(new SocketConnectionFactoryOptions(), loggerFactory.CreateLogger<SocketConnectionContextFactory>());

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => ValueTask.FromResult<IConnectionListener>(
        new PlacedListener(listener.Sockets.Single(socket => endpoint.Equals(socket.LocalEndPoint)), _connections, places, timeProvider, _logger));

    public void Dispose() => _connections.Dispose();
}
