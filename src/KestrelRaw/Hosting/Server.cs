using KestrelRaw.Configuration;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;

namespace KestrelRaw.Hosting;

/// <summary>Kestrel with our listener on every endpoint, and no HTTP.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ServerSettings _settings;
    private readonly IReadOnlyList<BoundEndpoint> _endpoints;
    private readonly ServerLog _log;

    private Server(WebApplication application, ServerSettings settings, IReadOnlyList<BoundEndpoint> endpoints)
    {
        _application = application;
        _settings = settings;
        _endpoints = endpoints;
        _log = application.Services.GetRequiredService<ServerLog>();
    }

    /// <param name="configuration">What to run with.</param>
    /// <param name="reload">Reads the configuration again.</param>
    /// <param name="endpoints">The endpoints; the server owns their sockets.</param>
    /// <param name="logger">The log.</param>
    public static Server Build(
        LoadedConfiguration configuration, Func<List<Fault>, LoadedConfiguration?> reload, IReadOnlyList<BoundEndpoint> endpoints, Serilog.ILogger logger)
    {
        ServerSettings settings = configuration.Settings;

        // The empty builder reads no configuration and adds no services of its own; everything here is chosen.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddConnectionListener();
        builder.Services.AddSerilog(logger);
        builder.Services.AddSingleton<HandlerLog>();
        builder.Services.AddSingleton<ServerLog>();
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<LiveSettings>(services, reload, configuration.Root, endpoints));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (BoundEndpoint endpoint in endpoints)
            {
                Listen(kestrel, endpoint);
            }
        });
        return new Server(builder.Build(), settings, endpoints);
    }

    /// <summary>Serves until a signal or <paramref name="cancellationToken"/>, drains, and says what there was.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _application.StartAsync(cancellationToken);
        if (_settings.IsAdminConfigured)
        {
            _log.NoAdminSurface();
        }

        foreach (BoundEndpoint endpoint in _endpoints)
        {
            _log.Started(endpoint);
        }

        _application.Services.GetRequiredService<LiveSettings>().Start(ConfigurationSources.BaseDirectory);
        await _application.WaitForShutdownAsync(cancellationToken);
        foreach ((string endpoint, ConnectionCounters counters) in _application.Services.GetRequiredService<ConnectionCountersRegistry>().All)
        {
            _log.Stopped(endpoint, counters.Snapshot());
        }
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static void Listen(KestrelServerOptions kestrel, BoundEndpoint endpoint)
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
                    options.Transport = endpoint.Settings.Model == ConnectionModel.Threads ? ConnectionTransport.BlockingSocket : ConnectionTransport.Pipes;
                });
                listen.Run(handler.OnConnectedAsync);
            });
        }
    }

    private static ConnectionHandler CreateHandler(BoundEndpoint endpoint, IServiceProvider services)
    {
        var timeProvider = services.GetRequiredService<TimeProvider>();
        var log = services.GetRequiredService<HandlerLog>();
        return endpoint.Settings.Model switch
        {
            ConnectionModel.Async => new AsyncConnectionHandler(() => endpoint.Settings, timeProvider, log),
            ConnectionModel.Threads => new ThreadConnectionHandler(() => endpoint.Settings, timeProvider, log, static thread => thread.Start()),
            _ => throw new ArgumentOutOfRangeException(nameof(endpoint), endpoint.Settings.Model, "There is no such model."),
        };
    }
}
