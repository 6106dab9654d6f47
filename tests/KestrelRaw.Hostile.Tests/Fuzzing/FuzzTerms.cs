using System.Globalization;

namespace KestrelRaw.Hostile.Tests.Fuzzing;

/// <summary>The settings of an endpoint that is fuzzed: decided by the round's seed.</summary>
/// <param name="PoolSize">Null is unlimited.</param>
/// <param name="WhenFull">As the key has it.</param>
/// <param name="PerClient">Null is no limit.</param>
/// <param name="ResponseBytes">The response's length.</param>
/// <param name="Work">The delay.</param>
/// <param name="IsTight">The timeouts are so short that clients run into them.</param>
internal sealed record FuzzTerms(int? PoolSize, string WhenFull, int? PerClient, int ResponseBytes, TimeSpan Work, bool IsTight)
{
    private const int MostClients = 200;

    /// <summary>Of responses on their way at once: more would be a measurement of the machine.</summary>
    private const int MostBytes = 50_000_000;

    /// <summary>A small pool is overrun by few; with more, the last would wait for minutes.</summary>
    public int Clients => Math.Min(Math.Min(MostClients, 3 * (PoolSize ?? MostClients)), MostBytes / Math.Max(ResponseBytes, 1));

    /// <summary>JSON members of the endpoint.</summary>
    public string Settings { get; private init; } = "";

    /// <param name="seed">Makes the same again.</param>
    /// <param name="isTight">Short timeouts.</param>
    public static FuzzTerms Create(int seed, bool isTight)
    {
        var random = new Random(seed);
        int? poolSize = Pick<int?>(random, null, null, 2, 20, 100);
        string whenFull = Pick(random, "StopAccepting", "Queue", "Reject");
        int? perClient = Pick<int?>(random, null, null, 3);
        int responseBytes = Pick(random, 0, 1, 96, 1448, 65_536, 1_000_000, 5_000_000);
        var work = TimeSpan.FromMilliseconds(Pick(random, 0, 1, 20, 100));

        // Little more than the work takes: the two often meet, and who comes when nobody else does is served.
        double workTimeout = work.TotalMilliseconds + random.Next(20, 100);
        string timeouts = isTight
            ? $$""" "FirstByte": "{{random.Next(20, 300)}}ms", "Work": "{{workTimeout}}ms", "Send": "{{random.Next(20, 300)}}ms", "Linger": "{{random.Next(20, 200)}}ms" """
            : """ "FirstByte": "4s", "Send": "20s" """;
        string queueTimeout = isTight ? $"{random.Next(50, 500)}ms" : "30s";
        return new FuzzTerms(poolSize, whenFull, perClient, responseBytes, work, isTight)
        {
            Settings = $$"""
                "Pool": { "Size": {{Json(poolSize)}}, "PerClient": {{Json(perClient)}}, "WhenFull": "{{whenFull}}", "QueueTimeout": "{{queueTimeout}}" }, "Timeouts": { {{timeouts}} }
                """,
        };
    }

    /// <summary>Whether this client must have the whole response.</summary>
    public bool Promise(FuzzPlan plan)
    {
        // In our queue a FIN that comes long enough after the data is taken for the client's end (decision 9).
        bool mayQueue = PerClient is not null || (PoolSize is not null && WhenFull == "Queue");
        bool mayReject = (PoolSize ?? PerClient) is not null && WhenFull == "Reject";
        return plan.IsServable && !IsTight && !mayReject && !(mayQueue && plan.HalfCloses);
    }

    public override string ToString() =>
        $"pool {PoolSize?.ToString(CultureInfo.InvariantCulture) ?? "unlimited"}, {WhenFull}{(PerClient is { } share ? $", PerClient {share}" : "")}, {ResponseBytes:N0} bytes after {Work.TotalMilliseconds} ms, {(IsTight ? "short" : "long")} timeouts";

    private static string Json(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "null";

    private static T Pick<T>(Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];
}
