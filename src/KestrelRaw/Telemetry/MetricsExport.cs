using System.Reflection;
using KestrelRaw.Configuration;
using KestrelRaw.Connections.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace KestrelRaw.Telemetry;

/// <summary>Who gets the metrics: Prometheus, when there is an admin surface, and an OTLP collector, when OpenTelemetry's variables name one.</summary>
internal static class MetricsExport
{
    /// <summary>.NET's own: collections, thread pool, memory, processor time.</summary>
    private const string RuntimeMeterName = "System.Runtime";

    /// <summary>Counts of things that never change here, with names that Prometheus keeps for histograms.</summary>
    private static readonly string[] LeftOut = ["dotnet.assembly.count", "dotnet.process.cpu.count", "dotnet.timer.count"];

    private static readonly string[] OtlpVariables = ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

    /// <returns>What begins to gather them; null when nobody wants them: then nothing is measured.</returns>
    public static Func<MeterProvider>? Plan(bool forPrometheus, List<Fault> faults)
    {
        bool forOtlp = IsOtlpEndpointGiven(faults);
        return forPrometheus || forOtlp ? () => Start(forPrometheus, forOtlp) : null;
    }

    private static MeterProvider Start(bool forPrometheus, bool forOtlp)
    {
        MeterProviderBuilder builder = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(DescribeProcess())
            .AddMeter(ConnectionMetrics.MeterName, RuntimeMeterName)
            .AddView(static instrument => LeftOut.Contains(instrument.Name) ? MetricStreamConfiguration.Drop : null);
        if (forPrometheus)
        {
            // Who looks twice within a third of a second wants to see what happened between.
            builder.AddPrometheusExporter(static options => options.ScrapeResponseCacheDurationMilliseconds = 0);
        }

        if (forOtlp)
        {
            builder.AddOtlpExporter();
        }

        return builder.Build();
    }

    /// <summary>OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, and so count.</summary>
    private static ResourceBuilder DescribeProcess() => ResourceBuilder.CreateEmpty()
        .AddService("KestrelRaw", serviceVersion: Assembly.GetExecutingAssembly().GetName().Version?.ToString(3))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    /// <summary>The exporter itself takes what it can't read for its default, without a word.</summary>
    private static bool IsOtlpEndpointGiven(List<Fault> faults)
    {
        bool isGiven = false;
        foreach (string variable in OtlpVariables)
        {
            string? value = Environment.GetEnvironmentVariable(variable);
            isGiven |= !string.IsNullOrEmpty(value);
            if (!string.IsNullOrEmpty(value) && !(Uri.TryCreate(value, UriKind.Absolute, out Uri? url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)))
            {
                faults.Add(new Fault(variable, $"\"{value}\" is not allowed; must be http://HOST:PORT or https://HOST:PORT"));
            }
        }

        return isGiven;
    }
}
