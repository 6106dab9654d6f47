using System.Diagnostics.Metrics;
using System.Reflection;
using KestrelRaw.Admin.Health;
using KestrelRaw.Admin.Pools;
using KestrelRaw.Admin.Security;
using KestrelRaw.Configuration;
using KestrelRaw.Endpoints;
using KestrelRaw.Work;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace KestrelRaw.Admin.Live;

/// <summary>The server that this process is.</summary>
internal sealed class LiveSource(
    IReadOnlyList<BoundEndpoint> endpoints,
    WriteGuard guard,
    IHostApplicationLifetime lifetime,
    IMeterFactory meterFactory,
    HealthCheckService health,
    TimeProvider timeProvider) : ILiveSource
{
    private static readonly string Version = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);

    private readonly long _startedAt = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Read once: a socket that is closed in the drain has no address any more.</summary>
    private readonly string[][] _urls = [.. endpoints.Select(static endpoint => endpoint.ListenSockets.Select(static socket => EndpointAddress.Format(socket.LocalEndPoint!)).ToArray())];

    private IReadOnlyList<string> _reasons = [];
    private Task<IReadOnlyList<string>>? _checking;

    public object MeterScope => meterFactory;

    public LiveServer Describe() => new(Version, _startedAt, guard.Access.ToString().ToLowerInvariant(), [.. endpoints.Select(Describe)]);

    public LiveState ReadState() =>
        lifetime.ApplicationStopping.IsCancellationRequested ? new LiveState("draining", [])
        : ReadReasons() is { Count: > 0 } reasons ? new LiveState("not ready", reasons)
        : new LiveState("ready", []);

    public PoolDecision? ReadDecision(string endpoint) =>
        PoolDecision.Of(endpoints.First(bound => bound.Name.Equals(endpoint, StringComparison.OrdinalIgnoreCase)).Adaptation?.LastDecision);

    private static string Describe(WorkSettings work) => work.Kind == WorkKind.Delay ? $"{DurationType.Format(work.Delay)} delay" : "no work";

    private LiveEndpoint Describe(BoundEndpoint endpoint, int index)
    {
        EndpointSettings settings = endpoint.Settings;
        return new LiveEndpoint(
            settings.Name, _urls[index], settings.Model.ToString(), Describe(settings.Work), settings.Response.Name,
            endpoint.Admission.Pool.Name, settings.Pool.Adaptive is { } bounds ? new LiveBounds(bounds.Minimum, bounds.Maximum) : null, settings.Admission.WhenFull.ToString());
    }

    /// <summary>A check that takes its time, because it asks another machine, must not hold up the samples: until it is done its last answer stands.</summary>
    private IReadOnlyList<string> ReadReasons()
    {
        _checking ??= CheckAsync();
        if (_checking.IsCompleted)
        {
            _reasons = _checking.GetAwaiter().GetResult();
            _checking = null;
        }

        return _reasons;
    }

    private async Task<IReadOnlyList<string>> CheckAsync() => HealthPages.ReadReasons(await health.CheckHealthAsync());
}
