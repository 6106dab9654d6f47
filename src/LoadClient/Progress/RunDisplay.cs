using LoadClient.Load;

namespace LoadClient.Progress;

/// <summary>Shows a run's progress on standard error: a live bar on a terminal, plain lines elsewhere, or nothing.</summary>
internal static class RunDisplay
{
    public static async Task<RunResult> ShowAsync(LoadSettings settings, bool isQuiet, Func<Action<RunProgress>?, Task<RunResult>> run)
    {
        if (isQuiet)
        {
            return await run(null);
        }

        var estimate = new ProgressEstimate(settings);
        return IsTerminal() ? await LiveBar.ShowAsync(estimate, run) : await run(new PlainLines(estimate, Console.Error).Show);
    }

    private static bool IsTerminal() => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
}
