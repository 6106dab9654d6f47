using System.Net;
using KestrelRaw.Admin;
using KestrelRaw.Admin.Health;
using KestrelRaw.Configuration;

namespace KestrelRaw.Commands;

/// <summary><c>healthcheck</c>: asks the server that runs with this configuration whether it is ready; for container images without curl.</summary>
internal static class HealthCheckCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var faults = new List<Fault>();
        if (LoadedConfiguration.Load(arguments, faults) is not { } configuration)
        {
            return FaultReport.Print(faults, error);
        }

        if (configuration.Settings.Admin is not { Address.Port: not 0 } admin)
        {
            return FaultReport.Print([new Fault($"{ServerKeys.Section}:{ServerKeys.AdminUrl.Key}", "is null or has port 0, so there is nowhere to ask; give it a port")], error);
        }

        var url = new Uri($"http://{Authority(admin)}{HealthPages.ReadyPath}");
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using HttpResponseMessage response = await client.GetAsync(url, cancellationToken);
            output.Write(await response.Content.ReadAsStringAsync(cancellationToken));
            return response.IsSuccessStatusCode ? ExitCode.Done : ExitCode.Failed;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            error.WriteLine($"{url}: {exception.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>Every address of this machine is no address to connect to; its loopback is one of them.</summary>
    private static string Authority(AdminSettings admin) =>
        !IPAddress.TryParse(admin.Address.Host, out IPAddress? address) ? admin.Address.Authority!
        : address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, admin.Address.Port).ToString()
        : address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, admin.Address.Port).ToString()
        : admin.Address.Authority!;
}
