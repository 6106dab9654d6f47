using System.Net;
using System.Net.Sockets;
using KestrelRaw.Admin.Health;
using KestrelRaw.Admin.Live;
using KestrelRaw.Admin.Pools;
using KestrelRaw.Admin.Security;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Serilog;

namespace KestrelRaw.Admin;

/// <summary>
/// The only HTTP of the process: an application of its own beside the one that serves connections, on its own port. So
/// it is still there while the endpoints drain.
/// </summary>
internal sealed partial class AdminServer : IAsyncDisposable
{
    /// <summary>A pool's size with room for blanks; no request has more to say.</summary>
    private const int MaxBodyBytes = 1024;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Longer than the minute that most scrape intervals are.</summary>
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(75);

    /// <summary>For requests that are being answered when everything else has ended.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;
    private readonly AdminListener _listener;
    private readonly WriteGuard _guard;

    private AdminServer(WebApplication application, AdminListener listener, WriteGuard guard) =>
        (_application, _listener, _guard) = (application, listener, guard);

    /// <param name="listener">Where it listens, with token and names.</param>
    /// <param name="endpoints">What there is to see and to change.</param>
    /// <param name="server">The services of the application that serves the endpoints.</param>
    /// <param name="metrics">What <c>/metrics</c> shows.</param>
    /// <param name="logger">The log.</param>
    public static AdminServer Build(
        AdminListener listener,
        IReadOnlyList<BoundEndpoint> endpoints,
        IServiceProvider server,
        MeterProvider metrics,
        Serilog.ILogger logger)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, listener.Sockets));
        builder.Services.AddConnectionPlaces(listener);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeout);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSerilog(logger);
        builder.Services.AddRoutingCore();
        builder.Services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, AdminJson.Default));
        builder.Services.AddRequestLimits();
        var guard = new WriteGuard(listener);
        builder.Services.AddLivePage(endpoints, guard, server);
        IHealthChecksBuilder checks = builder.Services.AddHealthChecks()
            .AddCheck("lifetime", new LifetimeHealth(server.GetRequiredService<IHostApplicationLifetime>()))
            .AddCheck("accept loops", server.GetRequiredService<AcceptLoopHealth>());
        foreach (IBackEndHealth backEnd in server.GetServices<IBackEndHealth>())
        {
            checks.AddCheck(backEnd.Name, backEnd);
        }

        WebApplication application = builder.Build();
        application.UseConnectionPlaces();
        application.UseSecurityHeaders();
        application.UseHostFilter(listener.Settings);
        application.UseRateLimiter();
        application.MapHealth();
        application.MapPrometheusScrapingEndpoint("/metrics", metrics, configureBranchedPipeline: null, optionsName: null);
        application.MapLivePage();
        ActivatorUtilities.CreateInstance<PoolsApi>(application.Services, endpoints).Map(application, guard);
        return new AdminServer(application, listener, guard);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _application.StartAsync(cancellationToken);
        await FirstRequest.MakeAsync((IPEndPoint)_listener.Sockets[0].LocalEndPoint!, _application.Services.GetRequiredService<TimeProvider>(), cancellationToken);
        foreach (Socket socket in _listener.Sockets)
        {
            Listening(_application.Logger, (IPEndPoint)socket.LocalEndPoint!, Describe(_guard.Access));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static void Listen(KestrelServerOptions kestrel, IReadOnlyList<Socket> sockets)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = KeepAliveTimeout;
        foreach (Socket socket in sockets)
        {
            kestrel.Listen(socket.LocalEndPoint!, static listen => listen.Protocols = HttpProtocols.Http1);
        }
    }

    private static string Describe(WriteAccess access) => access switch
    {
        WriteAccess.Open => "are open",
        WriteAccess.Token => "need the token",
        _ => "are refused, for want of Admin:Token",
    };

    [LoggerMessage(61, LogLevel.Information, "Admin surface listens on http://{EndPoint}: changes {Access}", EventName = "AdminListening")]
    private static partial void Listening(Microsoft.Extensions.Logging.ILogger logger, IPEndPoint endPoint, string access);

    /// <summary>Signals are for the application that serves the endpoints; this one ends after it.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
