using System.Net;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StockKestrel;

namespace KestrelRaw.Benchmarks.Connections;

/// <summary>Kestrel with one endpoint, on its own listener or on ours.</summary>
internal sealed class KestrelServer : IServer
{
    private const string Endpoint = "benchmark";

    private readonly WebApplication _application;

    private KestrelServer(Action<IServiceCollection> addServices, Action<ListenOptions> listen)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        addServices(builder.Services);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen));
        _application = builder.Build();
        _application.StartAsync().GetAwaiter().GetResult();
    }

    public ushort Port => (ushort)new Uri(_application.Urls.Single()).Port;

    /// <summary>The peer of <c>compare.sh</c>.</summary>
    public static KestrelServer StartStock()
    {
        var handler = new DelayHandler(TimeSpan.Zero);
        return new KestrelServer(
            services => services.Configure<SocketTransportOptions>(sockets => sockets.MaxWriteBufferSize = 1),
            listen => listen.Run(handler.OnConnectedAsync));
    }

    public static KestrelServer Start(ConnectionTransport transport, ConnectionDispatch dispatch)
    {
        var handler = new RespondingHandler();
        return new KestrelServer(
            services => services.AddConnectionListener(),
            listen => listen.UseConnectionListener(options =>
            {
                options.Name = Endpoint;
                options.Transport = transport;
                options.Dispatch = dispatch;
            }).Run(handler.OnConnectedAsync));
    }

    public void StopAfter(long count)
    {
        _application.StopAsync().GetAwaiter().GetResult();
        if (_application.Services.GetService<ConnectionCountersRegistry>() is { } registry)
        {
            Check.That(registry.For(Endpoint).Snapshot()[ConnectionOutcome.Completed] == count, "A connection did not end as completed.");
        }

        ((IDisposable)_application).Dispose();
    }
}
