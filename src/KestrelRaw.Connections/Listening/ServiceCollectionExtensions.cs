using System.Diagnostics.Metrics;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Loops;
using KestrelRaw.Connections.Timeouts;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace KestrelRaw.Connections.Listening;

/// <summary>Registers our listener with Kestrel.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Lets endpoints call <c>UseConnectionPool</c> or <c>UseConnectionListener</c>. Call it after <c>UseKestrel</c>: of the transports that can bind
    /// an endpoint Kestrel takes the one registered last.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configureEpoll">Settings of the epoll transport; null leaves the defaults.</param>
    public static IServiceCollection AddConnectionListener(this IServiceCollection services, Action<EpollTransportOptions>? configureEpoll = null)
    {
        services.AddMetrics();
        services.AddOptions<EpollTransportOptions>()
            .Configure(configureEpoll ?? (static _ => { }))
            .Validate(static options => options.LoopCount is null or > 0, $"{nameof(EpollTransportOptions.LoopCount)} must be at least 1.");
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ConnectionCountersRegistry>();
        services.TryAddSingleton(static services => new ConnectionMetrics(services.GetRequiredService<IMeterFactory>()));
        services.TryAddSingleton<AcceptLoopHealth>();
        services.TryAddSingleton<TimerDueTimes>();
        services.TryAddSingleton<EventLoops>();
        services.TryAddSingleton<HangUpWatcher>();
        services.TryAddSingleton<ListenerRegistry>();
        services.TryAddSingleton<SocketTransport>();
        services.TryAddSingleton(static services => DescriptorHeadroom.OfThisProcess(services.GetRequiredService<ConnectionCountersRegistry>()));
        services.AddSingleton<IConnectionListenerFactory, ConnectionListenerFactory>();
        return services;
    }
}
