using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>Kestrel with one endpoint on a transport, without a limit to its pool.</summary>
internal sealed class TransportServer : IAsyncDisposable
{
    private const string Name = "test";

    private readonly WebApplication _application;

    private TransportServer(WebApplication application, CollectingLogger logger, EndPoint endPoint)
    {
        _application = application;
        Logger = logger;
        EndPoint = endPoint;
    }

    public EndPoint EndPoint { get; }

    public CollectingLogger Logger { get; }

    public ConnectionCounts Counts => _application.Services.GetRequiredService<ConnectionCountersRegistry>().All[Name].Snapshot();

    /// <param name="transport">The transport.</param>
    /// <param name="handler">The last of the pipeline.</param>
    /// <param name="endPoint">Where to listen; null: on any port of <see cref="TestAddress.Own"/>.</param>
    /// <param name="use">Adds middleware before the handler.</param>
    /// <param name="shutdownTimeout">How long a drain may take; null: longer than any test.</param>
    public static async Task<TransportServer> StartAsync(
        TestedTransport transport, ConnectionDelegate handler, EndPoint? endPoint = null, Action<ListenOptions>? use = null, TimeSpan? shutdownTimeout = null)
    {
        var logger = new CollectingLogger(LogLevel.Debug);
        Socket socket = ListenSockets.Open(endPoint ?? new IPEndPoint(TestAddress.Own, 0), backlog: 4096);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddConnectionListener();
        builder.Services.AddSingleton<ILoggerFactory>(logger);
        builder.Services.AddLogging();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = shutdownTimeout ?? TimeSpan.FromMinutes(2));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(socket.LocalEndPoint!, listen =>
        {
            listen.UseConnectionListener(options =>
            {
                options.Name = Name;
                options.ListenSocket = socket;
                transport.Apply(options);
            });
            use?.Invoke(listen);
            listen.Use(_ => handler);
        }));
        WebApplication application = builder.Build();
        await application.StartAsync();
        return new TransportServer(application, logger, socket.LocalEndPoint!);
    }

    public Socket Connect() => Connect(EndPoint);

    /// <summary>In one call of the kernel's: an asynchronous connect looks once more, and fails where the server has reset meanwhile.</summary>
    public static Socket Connect(EndPoint endPoint)
    {
        var client = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        if (endPoint is IPEndPoint)
        {
            client.NoDelay = true;
        }

        client.Connect(endPoint);
        return client;
    }

    public Task StopAsync() => _application.StopAsync().OrHang();

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync().AsTask().OrHang();
        Logger.Dispose();
    }
}
