using KestrelRaw.Admin;
using KestrelRaw.Configuration;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Work;
using KestrelRaw.Endpoints;
using KestrelRaw.Limits;
using KestrelRaw.Work;
using KestrelRaw.Work.MongoDb;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Serilog;

namespace KestrelRaw.Hosting;

/// <summary>Kestrel with our listener on every endpoint and no HTTP; and beside it, an application of its own, the admin surface.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly IReadOnlyList<BoundEndpoint> _endpoints;
    private readonly Observation _observation;
    private readonly ServerLog _log;

    private Server(WebApplication application, IReadOnlyList<BoundEndpoint> endpoints, Observation observation)
    {
        _application = application;
        _endpoints = endpoints;
        _observation = observation;
        _log = application.Services.GetRequiredService<ServerLog>();
    }

    /// <param name="configuration">What to run with.</param>
    /// <param name="reload">Reads the configuration again.</param>
    /// <param name="endpoints">The endpoints; the server owns their sockets.</param>
    /// <param name="admin">The admin surface's sockets, owned too; null: there is none.</param>
    /// <param name="metrics">Begins to gather the metrics; null: nobody wants them.</param>
    /// <param name="logger">The log.</param>
    public static Server Build(
        LoadedConfiguration configuration,
        Func<List<Fault>, LoadedConfiguration?> reload,
        IReadOnlyList<BoundEndpoint> endpoints,
        AdminListener? admin,
        Func<MeterProvider>? metrics,
        Serilog.ILogger logger)
    {
        // The empty builder reads no configuration and adds no services of its own; everything here is chosen.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddConnectionListener();
        builder.Services.AddSerilog(logger);
        builder.Services.AddSingleton<HandlerLog>();
        builder.Services.AddSingleton<ServerLog>();
        builder.Services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
        builder.Services.AddSingleton<ServiceManager>();
        builder.Services.AddSingleton(_ => ResourceLimits.Read(new SystemFiles(), Environment.ProcessorCount));
        builder.Services.AddSingleton<ThreadBudget>();
        builder.Services.AddSingleton<LimitsReport>();
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<AdaptivePoolSizes>(services, endpoints));
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<LiveSettings>(services, reload, configuration.Root, endpoints));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = configuration.Settings.ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (BoundEndpoint endpoint in endpoints)
            {
                Listen(kestrel, endpoint, configuration.Settings.Transport);
            }
        });
        if (UsesMongoDb(endpoints))
        {
            MongoDbRegistration.Add(builder.Services, endpoints);
        }

        WebApplication application = builder.Build();
        if (UsesMongoDb(endpoints))
        {
            MongoDbRegistration.Connect(endpoints, application.Services);
        }

        application.Services.GetRequiredService<AdaptivePoolSizes>().Start();
        return new Server(application, endpoints, new Observation(metrics, admin, endpoints, application.Services, logger));
    }

    /// <summary>Serves until a signal or <paramref name="cancellationToken"/>, drains, and says what there was.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _application.StartAsync(cancellationToken);
        await StartObservationAsync(cancellationToken);
        _application.Services.GetRequiredService<LimitsReport>().Tell(_endpoints);
        foreach (BoundEndpoint endpoint in _endpoints)
        {
            _log.Started(endpoint);
        }

        _application.Services.GetRequiredService<LiveSettings>().Start(ConfigurationSources.BaseDirectory);
        _application.Services.GetRequiredService<ServiceManager>().Ready(_endpoints.Count);
        await _application.WaitForShutdownAsync(cancellationToken);
        foreach ((string endpoint, ConnectionCounters counters) in _application.Services.GetRequiredService<ConnectionCountersRegistry>().All)
        {
            _log.Stopped(endpoint, counters.Snapshot());
        }
    }

    /// <summary>What observes ends before what it reads is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _observation.DisposeAsync();
        await _application.DisposeAsync();
    }

    /// <summary>The endpoints serve already. If they can't be observed the server ends, but not before it has served whom it has accepted.</summary>
    private async Task StartObservationAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _observation.StartAsync(cancellationToken);
        }
        catch
        {
            await _application.StopAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Where none does, the driver is not even loaded.</summary>
    private static bool UsesMongoDb(IReadOnlyList<BoundEndpoint> endpoints) =>
        endpoints.Any(static endpoint => endpoint.Settings.Work.Kind == WorkKind.MongoDb);

    private static void Listen(KestrelServerOptions kestrel, BoundEndpoint endpoint, TransportChoice transport)
    {
        ConnectionHandler handler = CreateHandler(endpoint, kestrel.ApplicationServices);
        foreach (var socket in endpoint.ListenSockets)
        {
            kestrel.Listen(socket.LocalEndPoint!, listen =>
            {
                listen.UseConnectionListener(options =>
                {
                    options.Name = endpoint.Settings.Name;
                    options.Backlog = endpoint.Settings.Backlog;
                    options.Admission = endpoint.Admission;
                    options.ListenSocket = socket;
                    options.IsListenSocketShared = endpoint.HasInheritedSockets;
                    options.Transport = endpoint.Settings.Model == ConnectionModel.Threads ? ConnectionTransport.BlockingSocket : ToTransport(transport);

                    // A delay never blocks, nor does a send. Of other work nobody knows.
                    options.Dispatch = endpoint is { Settings.Model: ConnectionModel.Async, Work.Work: DelayWork } ? ConnectionDispatch.Inline : ConnectionDispatch.ThreadPool;
                    options.UnreachableTimeout = endpoint.Settings.Timeouts.Unreachable;
                    endpoint.Listeners.Add(options);
                });
                listen.Run(handler.OnConnectedAsync);
            });
        }
    }

    private static ConnectionTransport ToTransport(TransportChoice choice) => choice switch
    {
        TransportChoice.Auto => ConnectionTransport.Auto,
        TransportChoice.Sockets => ConnectionTransport.Sockets,
        TransportChoice.Epoll => ConnectionTransport.Epoll,
        _ => throw new ArgumentOutOfRangeException(nameof(choice), choice, "There is no such transport."),
    };

    private static ConnectionHandler CreateHandler(BoundEndpoint endpoint, IServiceProvider services)
    {
        var timeProvider = services.GetRequiredService<TimeProvider>();
        var log = services.GetRequiredService<HandlerLog>();
        var threads = services.GetRequiredService<ThreadBudget>();
        return endpoint.Settings.Model switch
        {
            ConnectionModel.Async => new ConnectionWorkHandler(endpoint.Name, () => endpoint.Work, timeProvider, services.GetRequiredService<ILogger<ConnectionWorkHandler>>()),
            ConnectionModel.Threads => new ThreadConnectionHandler(endpoint.Name, () => endpoint.Work, timeProvider, log, threads, static thread => thread.Start()),
            _ => throw new ArgumentOutOfRangeException(nameof(endpoint), endpoint.Settings.Model, "There is no such model."),
        };
    }
}
