using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KestrelRaw.Hosting;

/// <summary>
/// Tells systemd when the server serves and when its drain begins (<c>Type=notify</c>, sd_notify(3)); nothing where nobody
/// listens to that. The host's own lifetime for systemd is not used: with it SIGINT would end the process without a drain.
/// </summary>
internal sealed partial class ServiceManager(
    ISystemdNotifier notifier, IHostApplicationLifetime lifetime, IOptions<HostOptions> host, ILogger<ServiceManager> logger)
{
    /// <summary>For what comes after the drain's deadline: the abort, the last log lines, the end of the process.</summary>
    private static readonly TimeSpan AfterDeadline = TimeSpan.FromSeconds(10);

    /// <summary>Every endpoint accepts.</summary>
    public void Ready(int endpoints)
    {
        Tell(string.Create(CultureInfo.InvariantCulture, $"READY=1\nSTATUS=Serving {endpoints} endpoints"));
        lifetime.ApplicationStopping.Register(Stopping);
    }

    /// <summary>A ShutdownTimeout beyond the unit's TimeoutStopSec would otherwise end in SIGKILL.</summary>
    private void Stopping()
    {
        TimeSpan most = host.Value.ShutdownTimeout;
        Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"STOPPING=1\nSTATUS=Draining, for at most {most.TotalSeconds} s\nEXTEND_TIMEOUT_USEC={(most + AfterDeadline).TotalMicroseconds:0}"));
    }

    private void Tell(string state)
    {
        try
        {
            notifier.Notify(new ServiceState(state));
        }
        catch (SocketException error)
        {
            NotTold(logger, error.Message);
        }
    }

    [LoggerMessage(48, LogLevel.Warning, "The service manager could not be told of the server's state through NOTIFY_SOCKET: {Error}", EventName = "ServiceManagerNotTold")]
    private static partial void NotTold(ILogger logger, string error);
}
