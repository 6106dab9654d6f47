using System.Net.Sockets;
using KestrelRaw.Admin;
using KestrelRaw.Configuration;
using KestrelRaw.Endpoints;
using KestrelRaw.Hosting;
using KestrelRaw.Logging;
using KestrelRaw.Telemetry;
using OpenTelemetry.Metrics;
using Serilog.Core;

namespace KestrelRaw.Commands;

/// <summary>The default command: serve until SIGTERM or SIGINT, then drain.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter error, CancellationToken cancellationToken)
    {
        var faults = new List<Fault>();
        if (LoadedConfiguration.Load(arguments, faults) is not { } configuration)
        {
            return FaultReport.Print(faults, error);
        }

        Logger? logger = ServerLogger.Create(configuration.Root, faults);
        await using ProcessLog? log = logger is null ? null : new ProcessLog(logger, error, TimeProvider.System);
        ILookup<string, Socket> inherited = InheritedSockets.Receive(configuration.Settings, faults);
        List<BoundEndpoint> endpoints = EndpointBinder.Bind(configuration.Settings.Endpoints, inherited, faults);
        AdminListener? admin = AdminListener.Open(configuration.Settings.Admin, faults);
        Func<MeterProvider>? metrics = MetricsExport.Plan(forPrometheus: admin is not null, faults);
        if (logger is null || faults.Count > 0)
        {
            endpoints.ForEach(endpoint => endpoint.Dispose());
            admin?.Dispose();
            return FaultReport.Print(faults, error);
        }

        await using var server = Server.Build(configuration, again => LoadedConfiguration.Load(arguments, again), endpoints, admin, metrics, logger);
        await server.RunAsync(cancellationToken);
        return ExitCode.Done;
    }
}
