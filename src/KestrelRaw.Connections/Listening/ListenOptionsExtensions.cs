using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace KestrelRaw.Connections.Listening;

/// <summary>Puts an endpoint behind our listener.</summary>
public static class ListenOptionsExtensions
{
    /// <summary>
    /// This endpoint is accepted by our listener: it survives every accept error, takes a pool slot before it accepts,
    /// counts outcomes, and at shutdown serves what is in the kernel's queue. Not for <c>ListenLocalhost</c>, which
    /// binds two addresses behind this one's back.
    /// </summary>
    /// <exception cref="InvalidOperationException"><c>AddConnectionListener</c> was not called on the service collection.</exception>
    public static ListenOptions UseConnectionListener(this ListenOptions listenOptions, Action<ConnectionListenerOptions> configure)
    {
        var options = new ConnectionListenerOptions();
        configure(options);
        listenOptions.ApplicationServices.GetRequiredService<ListenerRegistry>().Add(listenOptions.EndPoint, options);
        return listenOptions;
    }
}
