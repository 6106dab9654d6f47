using System.Net;
using LoadClient.Responses;
using LoadClient.Targets;

namespace LoadClient.Load;

/// <summary>What is to be run. Either <see cref="Requests"/> or <see cref="Duration"/> bounds it.</summary>
internal sealed record LoadSettings
{
    public required Target Target { get; init; }

    /// <summary>Total connections. Null: as many as fit into <see cref="Duration"/>.</summary>
    public long? Requests { get; init; }

    /// <summary>New connections are begun for so long; those under way then still end. Null: <see cref="Requests"/> bounds the run.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>At most so many at once.</summary>
    public required int Connections { get; init; }

    /// <summary>Open loop: so many new connections a second, evenly spaced. Null: closed loop, a new one whenever one has ended.</summary>
    public double? Rate { get; init; }

    /// <summary>For one connection, from its start to its end.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What is sent on each connection.</summary>
    public required ReadOnlyMemory<byte> Request { get; init; }

    /// <summary>True when the user gave <see cref="Request"/>.</summary>
    public bool IsOwnRequest { get; init; }

    /// <summary>Length of a good response with everything in it. Null: that of the first good one (for http:// the document's).</summary>
    public long? ExpectBytes { get; init; }

    /// <summary>A good response contains this. Null: anything.</summary>
    public string? ExpectText { get; init; }

    /// <summary>Good responses may differ in length.</summary>
    public bool AnyLength { get; init; }

    public ResponseExpectation Expectation =>
        new(Target.Kind == TargetKind.Http, Request.Span.StartsWith("HEAD "u8), ExpectBytes, ExpectText, AnyLength);

    /// <summary>The server's work, for the efficiency.</summary>
    public TimeSpan? ExpectDelay { get; init; }

    /// <summary>Local addresses, used in turn. Empty: the kernel chooses.</summary>
    public IReadOnlyList<IPAddress> Sources { get; init; } = [];

    /// <summary>Loops, each with a thread of its own, that share the connections out.</summary>
    public int Threads { get; init; } = 1;
}
