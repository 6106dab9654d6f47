using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Work;

/// <summary>Puts work behind an endpoint.</summary>
public static class ListenOptionsExtensions
{
    /// <summary>
    /// Each connection of the endpoint brings one request and gets the response that <paramref name="work"/> finds for it;
    /// then it is half-closed, and closed when the client has closed too. The response goes past the pipes, so no
    /// middleware that wraps them (TLS) may come before.
    /// </summary>
    /// <param name="listenOptions">The endpoint; it must use our listener, by <c>UseConnectionPool</c> or <c>UseConnectionListener</c>.</param>
    /// <param name="work">The work; one object for all connections.</param>
    /// <param name="configure">Timeouts, the largest request, the response to a failure.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message names every fault.</exception>
    public static void UseConnectionWork(this ListenOptions listenOptions, IConnectionWork work, Action<ConnectionWorkOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(listenOptions);
        ArgumentNullException.ThrowIfNull(work);
        var options = new ConnectionWorkOptions(work);
        configure?.Invoke(options);
        if (options.Validate() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(configure));
        }

        IServiceProvider services = listenOptions.ApplicationServices;
        var handler = new ConnectionWorkHandler(
            $"{listenOptions.EndPoint}",
            () => options,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>().CreateLogger<ConnectionWorkHandler>());
        listenOptions.Run(handler.OnConnectedAsync);
    }
}
