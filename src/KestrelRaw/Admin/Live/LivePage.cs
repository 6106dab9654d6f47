using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using KestrelRaw.Admin.Security;
using KestrelRaw.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;

namespace KestrelRaw.Admin.Live;

/// <summary>The page at <c>/</c>, with its script and style, and the stream of events behind it.</summary>
internal static class LivePage
{
    private static readonly string[] Scripts = ["live.js", "stream.js", "card.js", "resize.js", "chart.js", "format.js"];

    /// <param name="services">Of the admin surface.</param>
    /// <param name="endpoints">What there is to see.</param>
    /// <param name="guard">Who may change it.</param>
    /// <param name="server">The services of the application that serves the endpoints.</param>
    public static void AddLivePage(this IServiceCollection services, IReadOnlyList<BoundEndpoint> endpoints, WriteGuard guard, IServiceProvider server)
    {
        services.AddSingleton(server.GetRequiredService<TimeProvider>());
        services.AddSingleton<ILiveSource>(admin => new LiveSource(
            endpoints,
            guard,
            server.GetRequiredService<IHostApplicationLifetime>(),
            server.GetRequiredService<IMeterFactory>(),
            admin.GetRequiredService<HealthCheckService>(),
            admin.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LiveSampler>();
        services.AddSingleton<LiveStream>();
        services.AddHostedService(static admin => admin.GetRequiredService<LiveSampler>());
    }

    public static void MapLivePage(this IEndpointRouteBuilder routes)
    {
        MapFile(routes, "/", "live.html", "text/html; charset=utf-8");
        MapFile(routes, "/live.css", "live.css", "text/css; charset=utf-8");
        foreach (string script in Scripts)
        {
            MapFile(routes, $"/{script}", script, "text/javascript; charset=utf-8");
        }

        LiveStream stream = routes.ServiceProvider.GetRequiredService<LiveStream>();
        routes.MapGet("/api/live", stream.Open);
    }

    /// <summary>
    /// The files live in the program and change with it: a browser may keep them, and asks each time whether they are still
    /// the same. It is not to keep the connections: the listener has few, and each page has its stream.
    /// </summary>
    private static void MapFile(IEndpointRouteBuilder routes, string path, string name, string contentType)
    {
        byte[] content = ReadResource(name);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
        routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            context.Response.Headers.Connection = "close";
            return TypedResults.Bytes(content, contentType, entityTag: tag);
        });
    }

    private static byte[] ReadResource(string name)
    {
        using Stream stream = typeof(LivePage).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
