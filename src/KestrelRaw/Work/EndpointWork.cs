using KestrelRaw.Connections.Work;
using KestrelRaw.Endpoints;

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
        };

    private static IConnectionWork CreateWork(EndpointSettings settings, IConnectionWork? previous) => settings.Work.Kind switch
    {
        WorkKind.Delay => new DelayWork(settings.Work.Delay, settings.Response.Sends),
        WorkKind.None => previous ?? new DelayWork(TimeSpan.Zero, settings.Response.Sends),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Work.Kind, "There is no such work."),
    };
}
