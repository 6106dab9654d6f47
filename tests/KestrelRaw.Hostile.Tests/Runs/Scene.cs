using System.Net;

namespace KestrelRaw.Hostile.Tests.Runs;

/// <summary>A case: what it is called, and the server that it is made against.</summary>
/// <param name="Group">The chapter of docs/reliability.md: <c>Clients</c>, <c>Resources</c>, <c>Network</c>, <c>Shutdown</c>, ...</param>
/// <param name="Case">A short name: <c>Silent clients</c>.</param>
/// <param name="Load">What was done: <c>2,000 clients connect and send nothing; FirstByte 1 s</c>.</param>
internal sealed record Scene(string Group, string Case, string Load)
{
    /// <summary>Further members of the tested endpoint's JSON: <c>"Pool": { "Size": 10 }</c>.</summary>
    public string Settings { get; init; } = "";

    /// <summary>The endpoints' delay.</summary>
    public TimeSpan Work { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A file with the endpoints' response; null is the standard one of 96 bytes.</summary>
    public string? ResponseFile { get; init; }

    /// <summary>Good clients call the neighbor: the case fills the tested endpoint by design.</summary>
    public bool IsTargetFull { get; init; }

    /// <summary>No good client calls while the case runs: it leaves none the means to.</summary>
    public bool HasNoGoodClients { get; init; }

    /// <summary>The longest that a good client may wait, where the case leaves the server less than the promise takes; null is <see cref="Patience.GoodAnswer"/>.</summary>
    public TimeSpan? GoodAnswerWithin { get; init; }

    /// <summary>The case takes the log away: neither its errors nor its totals at the end are looked for.</summary>
    public bool HasNoLog { get; init; }

    /// <summary>Where the server listens, the admin surface included.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The tested endpoint listens on this Unix domain socket instead; say <see cref="IsTargetFull"/> too, good clients have TCP.</summary>
    public string? UnixPath { get; init; }

    /// <summary>A command to run the server under.</summary>
    public string[] Prefix { get; init; } = [];

    /// <summary>More of the server's arguments.</summary>
    public string[] Arguments { get; init; } = [];

    /// <summary>Lines of level Error and Fatal that belong to the case: those that contain this.</summary>
    public string? ExpectedError { get; init; }

    /// <summary>
    /// What a runtime may open late and keep: assemblies above all, two descriptors each. .NET writes a stack trace into
    /// each exception of a socket call that fails at once, and that alone takes nine.
    /// </summary>
    public int SpareDescriptors { get; init; } = 20;

    /// <summary>How much more memory may be resident afterwards: what the case needed at its height, for the GC returns it when it pleases.</summary>
    public int MemoryMegabytes { get; init; } = 100;

    /// <summary>The longest that a server may take to be as before.</summary>
    public TimeSpan RecoveryWithin { get; init; } = TimeSpan.FromSeconds(20);
}
