using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KestrelRaw.Connections.Listening;

/// <summary>Kestrel's per-connection machinery, one for all our listeners, with the settings that <c>UseSockets</c> configured.</summary>
internal sealed class SocketTransport(IOptions<SocketTransportOptions> options, ILoggerFactory loggerFactory) : IDisposable
{
    private readonly SocketConnectionContextFactory _factory = new(
        CreateOptions(options.Value),
        loggerFactory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));

    public ConnectionContext Create(Socket socket) => _factory.Create(socket);

    public void Dispose() => _factory.Dispose();

    /// <summary>
    /// The internal constructor is the only way to hand on the memory pool that the host chose: the public properties
    /// leave it out, and the connections would then use the shared pool, whose arrays must be pinned for each receive.
    /// A test calls it, so that a runtime in which it is gone shows in the build and not in production.
    /// </summary>
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SocketConnectionFactoryOptions CreateOptions(SocketTransportOptions options);
}
