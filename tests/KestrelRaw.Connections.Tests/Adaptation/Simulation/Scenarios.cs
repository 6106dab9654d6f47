namespace KestrelRaw.Connections.Tests.Adaptation.Simulation;

/// <summary>What the algorithms are compared on.</summary>
internal static class Scenarios
{
    public const string NoisyNeighbour = "noisy neighbour";

    /// <summary>The service time of most scenarios: longer than issue 7's 5 ms, for fewer events in the same virtual time.</summary>
    private const double Service = 0.02;

    public static IEnumerable<Scenario> All =>
    [
        Changing("closed loop, 16-8-16 slots, constant 5 ms, from 20", ServiceTime.Constant(0.005), 20, 90),
        Changing("the same, constant, from 200", ServiceTime.Constant(0.005), 200, 90),
        Changing("closed loop, 16-8-16 slots, exponential 20 ms, from 20", ServiceTime.Exponential(Service), 20, 180),
        Changing("the same, exponential, from 200", ServiceTime.Exponential(Service), 200, 180),
        Changing("closed loop, 16-8-16 slots, lognormal 20 ms, from 20", ServiceTime.Lognormal(Service), 20, 180),
        Changing("the same, lognormal, from 200", ServiceTime.Lognormal(Service), 200, 180),
        new()
        {
            Name = "closed loop, " + NoisyNeighbour + ": service takes twice as long for 20 s of every 40",
            Service = ServiceTime.Exponential(Service),
            Phases = [Closed(310, 16) with { Slowness = static seconds => seconds % 40 < 20 ? 2 : 1 }],
        },
        new()
        {
            Name = "closed loop, slow start: service takes 5 times as long at first, e-folding 5 s",
            Service = ServiceTime.Exponential(Service),
            Phases = [Closed(180, 16) with { Slowness = static seconds => 1 + (4 * Math.Exp(-seconds / 5)) }],
        },
        new()
        {
            Name = "closed loop, crowding: each call that waits in the back end slows service by 1 %",
            Service = ServiceTime.Exponential(Service),
            Phases = [Closed(180, 16) with { Crowding = 0.01 }],
        },
        new()
        {
            Name = "open loop, step overload: 70 %, 150 %, 70 % of the capacity",
            Service = ServiceTime.Exponential(Service),
            Phases = [Open(120, 16, 0.7), Open(60, 16, 1.5) with { Unmeasured = 5 }, Open(120, 16, 0.7)],
        },
        new()
        {
            Name = "closed loop, one hour, exponential 50 ms",
            Service = ServiceTime.Exponential(0.05),
            Phases = [Closed(3600, 16)],
        },
    ];

    public static ServiceTime ServiceOf(string name, double seconds) => name switch
    {
        "constant" => ServiceTime.Constant(seconds),
        "exponential" => ServiceTime.Exponential(seconds),
        "lognormal" => ServiceTime.Lognormal(seconds),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    /// <summary>Issue 7's back end, which loses half of its slots and gets them back.</summary>
    public static Scenario Changing(string name, ServiceTime service, int start, double seconds) => new()
    {
        Name = name,
        Service = service,
        StartSize = start,
        Phases = [Closed(seconds, 16), Closed(seconds, 8), Closed(seconds, 16)],
    };

    /// <summary>500 clients of a closed loop.</summary>
    public static Phase Closed(double seconds, int slots) => new(seconds, slots) { Clients = 500 };

    private static Phase Open(double seconds, int slots, double load) => new(seconds, slots) { Arrivals = load * slots / Service };
}
