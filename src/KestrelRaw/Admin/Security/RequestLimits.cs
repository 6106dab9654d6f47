using System.Net;
using System.Threading.RateLimiting;
using KestrelRaw.Admin.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace KestrelRaw.Admin.Security;

/// <summary>
/// How often the admin surface may be asked: nobody can guess at the token quickly, or keep the process from its
/// connections by asking. Health is not limited: it costs nothing, and a probe that fails ends a process.
/// </summary>
internal static class RequestLimits
{
    /// <summary>Changes a second by one client, good or bad. Of all clients together it would be a way to keep others from changes.</summary>
    private const int Writes = 10;

    /// <summary>Reads a second by one client: a page and some scrapers need three.</summary>
    private const int Reads = 50;

    private const string RetryAfter = "1";

    public static void AddRequestLimits(this IServiceCollection services) => services.AddRateLimiter(static options =>
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, (string Kind, IPAddress? Client)>(static context =>
            context.Request.Path.StartsWithSegments(HealthPages.Path) ? RateLimitPartition.GetNoLimiter(("health", (IPAddress?)null))
            : HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? Limit("read", context.Connection.RemoteIpAddress, Reads)
            : Limit("write", context.Connection.RemoteIpAddress, Writes));
        options.OnRejected = static (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = RetryAfter;
            return ValueTask.CompletedTask;
        };
    });

    private static RateLimitPartition<(string, IPAddress?)> Limit(string kind, IPAddress? client, int perSecond) =>
        RateLimitPartition.GetTokenBucketLimiter((kind, (IPAddress?)ClientAddress.Of(client)), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = 2 * perSecond,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        });
}
