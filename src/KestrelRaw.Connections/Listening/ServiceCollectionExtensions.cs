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
    public static IServiceCollection AddConnectionListener(this IServiceCollection services)
    {
        services.AddMetrics();
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
