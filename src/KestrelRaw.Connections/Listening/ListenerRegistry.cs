using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;

namespace KestrelRaw.Connections.Listening;

/// <summary>
/// Carries a listener's options from where the endpoint is declared to where it is bound: Kestrel hands a transport the
/// <see cref="EndPoint"/> and nothing else. Keyed by the object, because port 0 makes endpoints equal that are not the same.
/// </summary>
internal sealed class ListenerRegistry
{
    private readonly ConditionalWeakTable<EndPoint, ConnectionListenerOptions> _options = [];

    public void Add(EndPoint endPoint, ConnectionListenerOptions options) => _options.AddOrUpdate(endPoint, options);

    public bool TryGet(EndPoint endPoint, [NotNullWhen(true)] out ConnectionListenerOptions? options) =>
        _options.TryGetValue(endPoint, out options);
}
