using KestrelRaw.Admin;
using KestrelRaw.Endpoints;
using OpenTelemetry.Metrics;

namespace KestrelRaw.Hosting;

/// <summary>
/// The metrics and the admin surface. To build them takes as long as all that the endpoints need, so it is done when those
/// answer already. What comes for the admin surface meanwhile waits in the kernel's queue; a connection that has ended by
/// then is in the counts, which are kept in any case, and not in the histograms.
/// </summary>
/// <param name="startMetrics">Begins to gather the metrics; null: nobody wants them, and there is no admin surface.</param>
/// <param name="listener">The admin surface's sockets, owned; null: there is none.</param>
/// <param name="endpoints">What there is to see.</param>
/// <param name="server">The services of the application that serves the endpoints.</param>
/// <param name="logger">The log.</param>
internal sealed class Observation(
    Func<MeterProvider>? startMetrics,
    AdminListener? listener,
    IReadOnlyList<BoundEndpoint> endpoints,
    IServiceProvider server,
    Serilog.ILogger logger) : IAsyncDisposable
{
    private MeterProvider? _metrics;
    private AdminServer? _admin;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _metrics = startMetrics?.Invoke();
        if (listener is not null)
        {
            _admin = AdminServer.Build(listener, endpoints, server, _metrics!, logger);
            await _admin.StartAsync(cancellationToken);
        }
    }

    /// <summary>The last export comes before what it reads is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_admin is not null)
        {
            await _admin.DisposeAsync();
        }

        listener?.Dispose();
        _metrics?.Dispose();
    }
}
