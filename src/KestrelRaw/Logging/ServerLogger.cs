using System.Reflection;
using KestrelRaw.Configuration;
using Microsoft.Extensions.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Settings.Configuration;

namespace KestrelRaw.Logging;

/// <summary>The server's log: Serilog, as the section <c>Serilog</c> of appsettings.json says.</summary>
internal static class ServerLogger
{
    private const string Section = "Serilog";

    /// <summary>
    /// Where the section's sinks are looked for, and in what its <c>Using</c> names. Serilog would find these itself, by
    /// reading the program's list of dependencies: that took a sixth of the start, and a program compiled ahead of time has
    /// no such list.
    /// </summary>
    private static readonly Assembly[] Sinks =
    [
        typeof(ConsoleLoggerConfigurationExtensions).Assembly,
        typeof(LoggerConfigurationAsyncExtensions).Assembly,
        typeof(FileLoggerConfigurationExtensions).Assembly,
        typeof(LoggerSinkConfigurationDebugExtensions).Assembly,
    ];

    /// <summary>What may wait for a slow console; what comes on top is dropped and counted.</summary>
    private const int BufferedEvents = 10_000;

    /// <returns>Null, and a fault, when the section can't be used.</returns>
    public static Logger? Create(IConfiguration configuration, List<Fault> faults)
    {
        try
        {
            LoggerConfiguration logger = new LoggerConfiguration()
                .MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)

                // Its errors are the answers to probes, one each; what they tell of has a line of its own.
                .MinimumLevel.Override("Microsoft.Extensions.Diagnostics.HealthChecks", LogEventLevel.Fatal)
                .ReadFrom.Configuration(configuration, new ConfigurationReaderOptions([.. Sinks, .. Named(configuration)]));
            if (!configuration.GetSection($"{Section}:WriteTo").Exists())
            {
                logger.WriteTo.Async(sink => sink.Console(formatProvider: System.Globalization.CultureInfo.InvariantCulture), DroppedEventMonitor.Instance, BufferedEvents);
            }

            return logger.CreateLogger();
        }
        catch (Exception exception)
        {
            // Of any kind: the section names methods of the sinks' own, and what they think of their arguments is thrown as it is.
            faults.Add(new Fault(Section, Cause(exception).Message));
            return null;
        }
    }

    /// <summary>Without the layers that a call by reflection puts around it.</summary>
    private static Exception Cause(Exception exception) => exception is TargetInvocationException { InnerException: { } inner } ? Cause(inner) : exception;

    private static IEnumerable<Assembly> Named(IConfiguration configuration) =>
        configuration.GetSection($"{Section}:Using").GetChildren().Select(static name => Assembly.Load(new AssemblyName(name.Value ?? "")));
}
