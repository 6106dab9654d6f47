using KestrelRaw.Admin.Health;
using KestrelRaw.Endpoints;
using Microsoft.Extensions.DependencyInjection;

namespace KestrelRaw.Work.MongoDb;

/// <summary>Gives the endpoints whose work is <c>MongoDb</c> their clients. Whoever calls this loads the driver.</summary>
internal static class MongoDbRegistration
{
    /// <summary>Why this program can't do that work; null: it can.</summary>
    public static string? LeftOut => null;

    public static void Add(IServiceCollection services, IReadOnlyList<BoundEndpoint> endpoints)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<MongoDbClients>(provider, endpoints));
        services.AddSingleton<IBackEndHealth, MongoDbHealth>();
    }

    public static void Connect(IReadOnlyList<BoundEndpoint> endpoints, IServiceProvider services)
    {
        var clients = services.GetRequiredService<MongoDbClients>();
        foreach (BoundEndpoint endpoint in endpoints.Where(static endpoint => endpoint.Settings.Work.Kind == WorkKind.MongoDb))
        {
            endpoint.Connect(clients.CreateWork(endpoint.Settings));
        }
    }
}
