using System.Net;
using LoadClient.Load;
using LoadClient.Reporting;
using LoadClient.Targets;

namespace LoadClient.Commands;

/// <summary>What <see cref="LoadOptions"/> say, before the target and the number of connections are known.</summary>
internal sealed record LoadTerms
{
    public required long? Requests { get; init; }

    public required TimeSpan? Duration { get; init; }

    public required double? Rate { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>Null: the default request of the target.</summary>
    public required byte[]? Request { get; init; }

    public required long? ExpectBytes { get; init; }

    public required string? ExpectText { get; init; }

    public required bool AnyLength { get; init; }

    public required TimeSpan? ExpectDelay { get; init; }

    public required IReadOnlyList<IPAddress> Sources { get; init; }

    public required int Threads { get; init; }

    public LoadSettings For(Target target, int connections) => new()
    {
        Target = target,
        Requests = Requests,
        Duration = Duration,
        Connections = connections,
        Rate = Rate,
        Timeout = Timeout,
        Request = Request ?? DefaultRequest.Create(target, ClientVersion.Text),
        IsOwnRequest = Request is not null,
        ExpectBytes = ExpectBytes,
        ExpectText = ExpectText,
        AnyLength = AnyLength,
        ExpectDelay = ExpectDelay,
        Sources = Sources,
        Threads = Math.Min(Threads, connections),
    };
}
