using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KestrelRaw.Connections.Listening;

/// <summary>
/// Carries a listener's options from where the endpoint is declared to where it is bound: Kestrel hands a transport the
/// <see cref="EndPoint"/> and nothing else. Keyed by the object, because port 0 makes endpoints equal that are not the same.
/// </summary>
internal sealed class ListenerRegistry
{
    private readonly ConditionalWeakTable<EndPoint, ConnectionListenerOptions> _options = [];
    private readonly Lock _lock = new();

    /// <summary>
    /// Endpoints for which Kestrel makes the addresses only when it binds: <c>ListenLocalhost</c> binds 127.0.0.1 and
    /// [::1], <c>ListenAnyIP</c> falls back to 0.0.0.0 where there is no IPv6.
    /// </summary>
    private readonly Dictionary<(bool IsLoopback, int Port), ConnectionListenerOptions> _expanded = [];

    public void Add(ListenOptions listenOptions, ConnectionListenerOptions options)
    {
        _options.AddOrUpdate(listenOptions.EndPoint, options);
        if (listenOptions.GetType() != typeof(ListenOptions) && listenOptions.EndPoint is IPEndPoint { Port: not 0 } endPoint)
        {
            lock (_lock)
            {
                _expanded[(IPAddress.IsLoopback(endPoint.Address), endPoint.Port)] = options;
            }
        }
    }

    public bool TryGet(EndPoint endPoint, [NotNullWhen(true)] out ConnectionListenerOptions? options)
    {
        if (_options.TryGetValue(endPoint, out options))
        {
            return true;
        }

        if (endPoint is not IPEndPoint { Address: { } address, Port: int port })
        {
            return false;
        }

        bool isLoopback = IPAddress.IsLoopback(address);
        lock (_lock)
        {
            return (isLoopback || address.Equals(IPAddress.Any)) && _expanded.TryGetValue((isLoopback, port), out options);
        }
    }
}
