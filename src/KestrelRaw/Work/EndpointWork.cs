using KestrelRaw.Connections.Work;
using KestrelRaw.Endpoints;
using KestrelRaw.Responses;

namespace KestrelRaw.Work;

/// <summary>From an endpoint's settings to what its connections are served with.</summary>
internal static class EndpointWork
{
    /// <param name="settings">The settings in force from now on.</param>
    /// <param name="previous">What was in force until now; null at the start.</param>
    public static ConnectionWorkOptions Create(EndpointSettings settings, ConnectionWorkOptions? previous = null) =>
        new(CreateWork(settings, previous?.Work))
        {
            MaxRequestBytes = settings.MaxRequestBytes,
            FirstByteTimeout = settings.Timeouts.FirstByte,
            WorkTimeout = settings.Timeouts.Work,
            SendTimeout = settings.Timeouts.Send,
            LingerTimeout = settings.Timeouts.Linger,
            FailureResponse = settings is { Work.Kind: WorkKind.MongoDb, Response.Preset: { } preset } ? ResponseFrame.Failure(preset) : default,
            AdaptivePoolSize = previous?.AdaptivePoolSize,
        };

    private static IConnectionWork CreateWork(EndpointSettings settings, IConnectionWork? previous) => settings.Work.Kind switch
    {
        WorkKind.Delay => new DelayWork(settings.Work.Delay, settings.Response.Sends),
        WorkKind.None => previous ?? new DelayWork(TimeSpan.Zero, settings.Response.Sends),
        WorkKind.MongoDb => previous ?? new UnconnectedWork(),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Work.Kind, "There is no such work."),
    };

    /// <summary>An endpoint is bound before the clients are made, whose size comes from the pools of all endpoints; it serves after that.</summary>
    private sealed class UnconnectedWork : IConnectionWork
    {
        public ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("The endpoint serves before it has its MongoDB client.");
    }
}
