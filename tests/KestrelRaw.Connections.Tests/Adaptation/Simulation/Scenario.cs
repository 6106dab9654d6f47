namespace KestrelRaw.Connections.Tests.Adaptation.Simulation;

/// <summary>Clients, a back end, and what changes while they run. Times are in seconds.</summary>
internal sealed record Scenario
{
    public required string Name { get; init; }

    public required ServiceTime Service { get; init; }

    public int StartSize { get; init; } = 20;

    /// <summary>Parts of the run, each with its own back end and load.</summary>
    public required IReadOnlyList<Phase> Phases { get; init; }

    public double Duration => Phases.Sum(static phase => phase.Seconds);
}

/// <param name="Seconds">How long it lasts.</param>
/// <param name="Slots">What the back end works on at once; the rest of what it is given waits there.</param>
internal sealed record Phase(double Seconds, int Slots)
{
    /// <summary>Closed loop: clients that come again as soon as they are served.</summary>
    public int Clients { get; init; }

    /// <summary>Open loop: clients per second, whoever is served.</summary>
    public double Arrivals { get; init; }

    /// <summary>Service takes this many times as long, after so many seconds of the phase.</summary>
    public Func<double, double> Slowness { get; init; } = static _ => 1;

    /// <summary>By how much each call that waits in the back end slows down those that it works on.</summary>
    public double Crowding { get; init; }

    /// <summary>The first seconds, in which the algorithms still find their way, are not measured.</summary>
    public double Unmeasured { get; init; } = 30;
}
