using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Admin.Security;

/// <summary>
/// Accepts the admin surface's connections, each into a place. Kestrel's own limit of connections is none of descriptors:
/// it accepts first and counts later, so that a burst of clients could take the process's last ones.
/// </summary>
internal sealed partial class PlacedListener(Socket socket, SocketConnectionContextFactory connections, ConnectionPlaces places, TimeProvider timeProvider, ILogger logger)
    : IConnectionListener
{
    /// <summary>After an accept that failed: most likely the process has no descriptors, and the next fails as well.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _unbound = new();

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        PlacedConnection? connection = null;
        while (connection is null && !_unbound.IsCancellationRequested)
        {
            connection = await TryAcceptAsync(_unbound.Token);
        }

        return connection;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync();
        socket.Dispose();
    }

    public async ValueTask DisposeAsync() => await UnbindAsync();

    /// <returns>Null when there is none this time.</returns>
    private async Task<PlacedConnection?> TryAcceptAsync(CancellationToken unbound)
    {
        Socket? accepted = null;
        bool isReserved = false;
        try
        {
            await places.ReserveAsync(unbound);
            isReserved = true;
            accepted = await socket.AcceptAsync(unbound);
            accepted.NoDelay = true;
            return places.Enter(connections.Create(accepted));
        }
        catch (Exception exception)
        {
            // Kestrel never calls again after an exception.
            accepted?.Dispose();
            if (isReserved)
            {
                places.Release();
            }

            if (accepted is null && !unbound.IsCancellationRequested)
            {
                AcceptFailed(logger, exception.Message);
                await Task.Delay(Rest, timeProvider, unbound).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return null;
        }
    }

    [LoggerMessage(63, LogLevel.Debug, "The admin surface can't accept a connection: {Error}", EventName = "AdminAcceptFailed")]
    private static partial void AcceptFailed(ILogger logger, string error);
}
