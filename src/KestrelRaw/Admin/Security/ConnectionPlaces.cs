using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Admin.Security;

/// <summary>
/// The places for connections, of which there are few. Whoever comes gets one. When all are taken, the client that has the
/// most gives one up: the connection that is being closed anyway, else the one that has been without a request longest, else
/// the one whose request is the oldest.
/// So whatever one client does, it does to itself.
/// </summary>
internal sealed partial class ConnectionPlaces(TimeProvider timeProvider, ILogger<ConnectionPlaces> logger) : IDisposable
{
    /// <summary>A dozen live pages, and a scraper and some probes, which come and go.</summary>
    public const int Count = 16;

    /// <summary>Connections that have come and have no place yet, or had one and are not closed yet.</summary>
    private const int Passing = 4;

    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    // What there may be of descriptors: of the 32 that the endpoints leave alone, so there is an answer also when they have
    // none; the other twelve are the runtime's, for threads and assemblies.
    private readonly SemaphoreSlim _descriptors = new(Count + Passing);
    private readonly Lock _lock = new();
    private readonly List<PlacedConnection> _taken = [];
    private long? _warnedAt;

    /// <summary>To be called before accept; then either <see cref="Enter"/> or <see cref="Release"/>.</summary>
    public Task ReserveAsync(CancellationToken cancellationToken) => _descriptors.WaitAsync(cancellationToken);

    /// <summary>A descriptor has been given back.</summary>
    public void Release() => _descriptors.Release();

    /// <summary>Gives the connection a place, which it has until it is disposed.</summary>
    public PlacedConnection Enter(ConnectionContext connection)
    {
        var entering = new PlacedConnection(connection, this, timeProvider);
        if (Place(entering) is { } leaving)
        {
            leaving.Abort(new ConnectionAbortedException("The admin surface needs the place for another client."));
        }

        return entering;
    }

    /// <summary>The connection is closed.</summary>
    public void Leave(PlacedConnection connection)
    {
        lock (_lock)
        {
            _taken.Remove(connection);
        }

        Release();
    }

    public void Dispose() => _descriptors.Dispose();

    /// <returns>Who has no place any more.</returns>
    private PlacedConnection? Place(PlacedConnection entering)
    {
        lock (_lock)
        {
            PlacedConnection? leaving = _taken.Count == Count ? ChooseLeaving(entering) : null;
            if (leaving is not null)
            {
                _taken.Remove(leaving);
            }

            _taken.Add(entering);
            return leaving;
        }
    }

    private PlacedConnection ChooseLeaving(PlacedConnection entering)
    {
        ILookup<IPAddress, PlacedConnection> byClient = _taken.Append(entering).ToLookup(static connection => connection.Client);
        PlacedConnection leaving = _taken
            .OrderByDescending(connection => byClient[connection.Client].Count())
            .ThenBy(static connection => connection.Use)
            .ThenBy(static connection => connection.Since)
            .First();
        if (_warnedAt is not { } warnedAt || timeProvider.GetElapsedTime(warnedAt) >= BetweenWarnings)
        {
            _warnedAt = timeProvider.GetTimestamp();
            Full(logger, Count, leaving.Client);
        }

        return leaving;
    }

    [LoggerMessage(
        62, LogLevel.Warning, "The {Places} places for connections to the admin surface are taken; {Client} has the most, and loses one for each that comes (said once a minute at most)", EventName = "AdminPlacesTaken")]
    private static partial void Full(ILogger logger, int places, IPAddress client);
}
