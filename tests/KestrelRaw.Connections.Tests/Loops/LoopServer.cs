using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Tests.Loops;

/// <summary>Kestrel with an endpoint whose handler runs inline, on loops of its own.</summary>
internal sealed class LoopServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LoopServer(WebApplication application, CollectingLogger logger, IPEndPoint endPoint)
    {
        _application = application;
        Logger = logger;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    public CollectingLogger Logger { get; }

    public ConnectionCounts Counts => _application.Services.GetRequiredService<ConnectionCountersRegistry>().All["test"].Snapshot();

    /// <param name="handler">Runs inline.</param>
    /// <param name="loops">Event loops; null is the default.</param>
    /// <param name="configure">Further changes of the endpoint's options.</param>
    public static async Task<LoopServer> StartAsync(ConnectionDelegate handler, int? loops = 1, Action<ConnectionListenerOptions>? configure = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux's.");
        var logger = new CollectingLogger(LogLevel.Information);
        Socket socket = ListenSockets.Open(new IPEndPoint(TestAddress.Own, 0), backlog: 4096);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddConnectionListener(epoll => epoll.LoopCount = loops);
        builder.Services.AddSingleton<ILoggerFactory>(logger);
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromMinutes(2));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(socket.LocalEndPoint!, listen =>
        {
            listen.UseConnectionListener(options =>
            {
                options.Name = "test";
                options.ListenSocket = socket;
                options.Transport = ConnectionTransport.Epoll;
                options.Dispatch = ConnectionDispatch.Inline;
                configure?.Invoke(options);
            });
            listen.Use(_ => handler);
        }));
        WebApplication application = builder.Build();
        await application.StartAsync();
        return new LoopServer(application, logger, (IPEndPoint)socket.LocalEndPoint!);
    }

    /// <summary>A connection from an address of 127/8, so that no pair of addresses runs out of ports.</summary>
    public Socket Connect(string from = "127.0.0.1")
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        client.Connect(EndPoint);
        return client;
    }

    /// <summary>Waits until so many lines of the event are logged that say this.</summary>
    public async Task<LogEntry[]> LoggedAsync(string eventName, int count = 1, string text = "")
    {
        IEnumerable<LogEntry> lines = Logger.Named(eventName).Where(entry => entry.Message.Contains(text, StringComparison.Ordinal));
        await Until.TrueAsync(() => Task.FromResult(lines.Count() >= count));
        return [.. lines];
    }

    public Task WaitForAsync(Func<ConnectionCounts, bool> isSo) => Until.TrueAsync(() => Task.FromResult(isSo(Counts)));

    /// <summary>With the deadline that a cancelled token is.</summary>
    public Task StopAsync(CancellationToken deadline = default) => _application.StopAsync(deadline).OrHang();

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync().AsTask().OrHang();
        Logger.Dispose();
    }
}
