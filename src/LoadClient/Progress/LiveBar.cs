using LoadClient.Load;
using Spectre.Console;

namespace LoadClient.Progress;

/// <summary>A bar that is redrawn in place and gone at the end. Without colour when NO_COLOR is set.</summary>
internal static class LiveBar
{
    public static Task<RunResult> ShowAsync(ProgressEstimate estimate, Func<Action<RunProgress>?, Task<RunResult>> run)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .UseRenderHook((bar, _) => new Rows(bar, new Text(estimate.Figures, estimate.HasErrors ? new Style(Color.Red) : Style.Plain)))
            .StartAsync(context =>
            {
                ProgressTask task = context.AddTask("starting", maxValue: 1);
                return run(progress =>
                {
                    estimate.Take(progress);
                    task.Value = estimate.Share;
                    task.Description = $"{estimate.Done}, {estimate.Left}";
                });
            });
    }
}
