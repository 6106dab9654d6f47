using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Pools;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace KestrelRaw.Connections.Listening;

/// <summary>Puts an endpoint behind our listener.</summary>
public static class ListenOptionsExtensions
{
    /// <summary>
    /// This endpoint's connections take slots of <paramref name="pool"/>. Several endpoints may share one; each gets its
    /// turn. Goes with any connection handler and any connection middleware, TLS and logging among them, in any order.
    /// </summary>
    /// <param name="listenOptions">The endpoint.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="configure">What happens when the pool is full; by default the endpoint stops accepting.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message names every fault.</exception>
    /// <exception cref="InvalidOperationException"><c>AddConnectionListener</c> was not called on the service collection.</exception>
    public static ListenOptions UseConnectionPool(this ListenOptions listenOptions, ConnectionPool pool, Action<AdmissionOptions>? configure = null)
    {
        var options = new AdmissionOptions();
        configure?.Invoke(options);
        return listenOptions.UseConnectionPool(new ConnectionAdmission(pool, options));
    }

    /// <summary>The same with an admission of one's own, which can be changed at run time.</summary>
    /// <param name="listenOptions">The endpoint.</param>
    /// <param name="admission">The way into the pool.</param>
    /// <exception cref="InvalidOperationException"><c>AddConnectionListener</c> was not called on the service collection.</exception>
    public static ListenOptions UseConnectionPool(this ListenOptions listenOptions, ConnectionAdmission admission)
    {
        ArgumentNullException.ThrowIfNull(admission);
        return listenOptions.UseConnectionListener(options => options.Admission = admission);
    }

    /// <summary>
    /// This endpoint is accepted by our listener: it survives every accept error, takes a slot for each connection,
    /// counts outcomes, and at shutdown serves what is in the kernel's queue. Further calls, and those of
    /// <c>UseConnectionPool</c>, change the same options. Call it before the handler and other middleware are added: an
    /// exception of what comes before is no outcome of a connection.
    /// </summary>
    /// <exception cref="InvalidOperationException"><c>AddConnectionListener</c> was not called on the service collection.</exception>
    public static ListenOptions UseConnectionListener(this ListenOptions listenOptions, Action<ConnectionListenerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(listenOptions);
        ArgumentNullException.ThrowIfNull(configure);
        ListenerRegistry registry = listenOptions.ApplicationServices.GetService<ListenerRegistry>()
            ?? throw new InvalidOperationException($"Call services.{nameof(ServiceCollectionExtensions.AddConnectionListener)}() before endpoints use it.");
        if (!registry.TryGet(listenOptions.EndPoint, out ConnectionListenerOptions? options))
        {
            var added = new ConnectionListenerOptions();
            registry.Add(listenOptions, added);
            listenOptions.Use(next =>
            {
                added.Pipeline = next;
                return new HandlerOutcomeMiddleware(next).OnConnectionAsync;
            });
            options = added;
        }

        configure(options);
        return listenOptions;
    }
}
