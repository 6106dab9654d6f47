using LoadClient.Load;
using LoadClient.Targets;

namespace LoadClient.Sweeps;

/// <summary>What a sweep is to do. None of the lists may be empty.</summary>
internal sealed record SweepPlan
{
    public required string ClientVersion { get; init; }

    public required IReadOnlyList<NamedTarget> Targets { get; init; }

    public required IReadOnlyList<int> Connections { get; init; }

    public required IReadOnlyList<ISweepTool> Tools { get; init; }

    /// <summary>All other settings of a run; the request depends on the target.</summary>
    public required Func<Target, int, LoadSettings> SettingsFor { get; init; }

    /// <summary>
    /// For each number of connections every target and every tool in turn: what slowly changes on the machine meets all
    /// targets alike.
    /// </summary>
    public IReadOnlyList<SweepStep> Steps() =>
    [
        .. from connections in Connections
           from target in Targets
           from tool in Tools
           select new SweepStep(target, tool, SettingsFor(target.Target, connections)),
    ];
}
