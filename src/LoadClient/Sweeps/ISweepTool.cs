using LoadClient.Load;

namespace LoadClient.Sweeps;

/// <summary>Something that can do a run of the sweep: this program's engine, or another load tester.</summary>
internal interface ISweepTool
{
    string Name { get; }

    /// <summary>For the report; null for this program, whose version the report has already.</summary>
    string? Version { get; }

    /// <summary>Why it can't do the run, for the row's note. Null: it can.</summary>
    string? WhyNot(LoadSettings settings);

    /// <exception cref="OperationCanceledException">It was stopped and has nothing to tell.</exception>
    Task<ToolResult> RunAsync(LoadSettings settings, CancellationToken cancellationToken);
}
