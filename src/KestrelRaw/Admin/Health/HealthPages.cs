using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KestrelRaw.Admin.Health;

/// <summary><c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it takes connections, else 503 and why not.</summary>
internal static class HealthPages
{
    public const string Path = "/healthz";

    public const string ReadyPath = $"{Path}/ready";

    public const string LivePath = $"{Path}/live";

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks(LivePath, new HealthCheckOptions { Predicate = static _ => false, ResponseWriter = WriteAsync });
        routes.MapHealthChecks(ReadyPath, new HealthCheckOptions { ResponseWriter = WriteAsync });
    }

    /// <summary>A line for each check that has something to say.</summary>
    public static string[] ReadReasons(HealthReport report) =>
        [.. report.Entries
            .Where(static check => check.Value.Status != HealthStatus.Healthy)
            .Select(static check => $"{check.Key}: {check.Value.Description ?? check.Value.Exception?.Message}")];

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(string.Join('\n', ReadReasons(report).Prepend(report.Status.ToString())) + "\n");
    }
}
