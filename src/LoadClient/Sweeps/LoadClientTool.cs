using System.Net.Sockets;
using LoadClient.Load;
using LoadClient.Reporting;

namespace LoadClient.Sweeps;

/// <summary>This program's own engine.</summary>
internal sealed class LoadClientTool(Func<LoadSettings, CancellationToken, Task<RunReport>> engine) : ISweepTool
{
    public const string ToolName = "loadclient";

    public string Name => ToolName;

    public string? Version => null;

    public string? WhyNot(LoadSettings settings) => null;

    public async Task<ToolResult> RunAsync(LoadSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return Summarize(await engine(settings, cancellationToken));
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            // The rows of a long sweep must outlive a run that could not even begin.
            return ToolResult.NotDone($"not done: {exception.Message}");
        }
    }

    private static ToolResult Summarize(RunReport report)
    {
        LatencyReport? total = report.Latencies.Total.Count > 0 ? report.Latencies.Total : null;
        return new(
            report.RequestsPerSecond,
            total?.Median,
            total?.At(99),
            total?.Max,
            report.Counts.Complete,
            report.Counts.Failed,
            report.Efficiency?.Value,
            SweepNotes.Of(report))
        {
            IsPartial = report.IsPartial,
        };
    }
}
