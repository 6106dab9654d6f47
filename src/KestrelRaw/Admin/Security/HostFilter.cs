using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace KestrelRaw.Admin.Security;

/// <summary>
/// Answers only who calls this machine by a name of its own. DNS rebinding makes a browser call it by a name of the
/// attacker's, and a browser's page can't lie about that name. An IP address needs no DNS, so each is let in; ASP.NET
/// Core's own host filtering knows no such rule. Balancers' checks in HTTP/1.0 name no host, which no browser leaves out.
/// </summary>
internal sealed class HostFilter
{
    private readonly HashSet<string> _names;

    public HostFilter(AdminSettings settings) =>
        _names = new(["localhost", Environment.MachineName, settings.Address.Host!, .. settings.AllowedHosts], StringComparer.OrdinalIgnoreCase);

    public bool Allows(HostString host) => !host.HasValue || _names.Contains(host.Host) || IPAddress.TryParse(host.Host, out _);
}

internal static class HostFilterExtensions
{
    public static void UseHostFilter(this IApplicationBuilder application, AdminSettings settings)
    {
        var filter = new HostFilter(settings);
        application.Use(async (context, next) =>
        {
            if (filter.Allows(context.Request.Host))
            {
                await next(context);
                return;
            }

            await Results.Problem(
                $"Host \"{context.Request.Host.Host}\" is not a name of this server; Admin:AllowedHosts can add it.", statusCode: StatusCodes.Status421MisdirectedRequest).ExecuteAsync(context);
        });
    }
}
