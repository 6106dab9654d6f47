using LoadClient.Load;
using LoadClient.Reporting;

namespace LoadClient.Sweeps;

/// <summary>Runs every target at every number of connections with every tool, one after the other.</summary>
/// <param name="plan">What is to be done.</param>
/// <param name="settle">Called before each run; ends when the run may begin. Its result becomes part of the row's note.</param>
/// <param name="timeProvider">For the time of the start.</param>
/// <param name="starting">Told of each run before it: the run, its number from 1, and how many there are.</param>
internal sealed class Sweep(
    SweepPlan plan,
    Func<LoadSettings, CancellationToken, Task<string>> settle,
    TimeProvider timeProvider,
    Action<SweepStep, int, int>? starting = null)
{
    /// <summary>A sweep that is stopped tells of the runs that were done.</summary>
    public async Task<SweepReport> RunAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset startedAt = timeProvider.GetUtcNow();
        IReadOnlyList<SweepStep> steps = plan.Steps();
        var rows = new List<SweepRow>(steps.Count);
        try
        {
            foreach (SweepStep step in steps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                starting?.Invoke(step, rows.Count + 1, steps.Count);
                rows.Add(await RunAsync(step, cancellationToken));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The rows so far are the result.
        }

        LoadSettings settings = steps[0].Settings;
        return new(startedAt, plan.ClientVersion, settings.Requests, settings.Duration?.TotalSeconds, settings.ExpectDelay?.TotalSeconds, rows, SweepSettings.Describe(settings, plan.Tools))
        {
            IsPartial = rows.Count < steps.Count || rows[^1].IsPartial,
        };
    }

    private async Task<SweepRow> RunAsync(SweepStep step, CancellationToken cancellationToken)
    {
        if (step.Tool.WhyNot(step.Settings) is { } reason)
        {
            return Row(step, ToolResult.NotDone($"not done: {reason}"), "");
        }

        string unsettled = await settle(step.Settings, cancellationToken);
        return Row(step, await step.Tool.RunAsync(step.Settings, cancellationToken), unsettled);
    }

    private static SweepRow Row(SweepStep step, ToolResult result, string unsettled) =>
        new(
            step.Target.Name,
            step.Target.Target.Url,
            step.Tool.Name,
            step.Settings.Connections,
            result.RequestsPerSecond,
            result.P50,
            result.P99,
            result.Max,
            result.Complete,
            result.Failed,
            result.Efficiency,
            SweepNotes.Join(unsettled, result.Note))
        {
            IsPartial = result.IsPartial,
        };
}
