using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Tests.Transports;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Tests.Listening;

/// <summary>Kestrel as a user of the package sets it up, on a free port, with a handler of the test's.</summary>
internal sealed class PoolServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private PoolServer(WebApplication application, CollectingLogger logger, IPEndPoint endPoint)
    {
        _application = application;
        Logger = logger;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    public CollectingLogger Logger { get; }

    public IServiceProvider Services => _application.Services;

    public ConnectionCounts Counts => Services.GetRequiredService<ConnectionCountersRegistry>().All["test"].Snapshot();

    public static async Task<PoolServer> StartAsync(
        TestedTransport transport, ConnectionAdmission admission, ConnectionDelegate handler, Action<ConnectionListenerOptions>? configure = null)
    {
        var logger = new CollectingLogger(LogLevel.Information);
        Socket socket = ListenSockets.Open(new IPEndPoint(TestAddress.Own, 0), backlog: 4096);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddConnectionListener();
        builder.Services.AddSingleton<ILoggerFactory>(logger);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(socket.LocalEndPoint!, listen =>
        {
            listen.UseConnectionListener(options =>
            {
                options.Name = "test";
                options.Admission = admission;
                options.ListenSocket = socket;
                transport.Apply(options);
                configure?.Invoke(options);
            });
            listen.Use(_ => handler);
        }));
        WebApplication application = builder.Build();
        await application.StartAsync();
        return new PoolServer(application, logger, (IPEndPoint)socket.LocalEndPoint!);
    }

    /// <summary>A connection from an address of 127/8, so that no pair of addresses runs out of ports.</summary>
    public async Task<Socket> ConnectAsync(string from = "127.0.0.1")
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await client.ConnectAsync(EndPoint).OrHang();
        return client;
    }

    public Task StopAsync() => _application.StopAsync().OrHang();

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        Logger.Dispose();
    }
}
