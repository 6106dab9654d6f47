using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using KestrelRaw.Hostile.Tests.Clients;

namespace KestrelRaw.Hostile.Tests.Fuzzing;

/// <summary>Many clients at once, each with a plan of its own, for a time.</summary>
/// <param name="Clients">How many there were.</param>
/// <param name="Sightings">What they saw.</param>
/// <param name="Faults">What they should not have.</param>
internal sealed record FuzzRound(int Clients, Sightings Sightings, IReadOnlyList<string> Faults)
{
    /// <summary>For the rounds of a CI run each; <c>KESTRELRAW_FUZZ_SECONDS</c> is by hand.</summary>
    public static TimeSpan Duration { get; } =
        TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("KESTRELRAW_FUZZ_SECONDS"), out int seconds) ? seconds : 4);

    /// <summary><c>KESTRELRAW_FUZZ_SEED</c>, or another in each run.</summary>
    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("KESTRELRAW_FUZZ_SEED"), out int seed) ? seed : Random.Shared.Next(1_000_000_000);

    /// <param name="server">Where to.</param>
    /// <param name="terms">What may be expected of it.</param>
    /// <param name="response">What it answers.</param>
    /// <param name="seed">The first client's; the others' follow.</param>
    /// <param name="duration">No client begins later.</param>
    /// <param name="patience">A client's.</param>
    public static async Task<FuzzRound> RunAsync(EndPoint server, FuzzTerms terms, byte[] response, int seed, TimeSpan duration, TimeSpan patience)
    {
        var seen = new ConcurrentBag<Seen>();
        var faults = new ConcurrentQueue<string>();
        long start = Stopwatch.GetTimestamp();
        int next = seed;
        await Task.WhenAll(Enumerable.Range(0, terms.Clients).Select(_ => Task.Run(WorkAsync)));
        return new FuzzRound(seen.Count, new Sightings(seen), [.. faults]);

        async Task WorkAsync()
        {
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                FuzzPlan plan = FuzzPlan.Create(Interlocked.Increment(ref next) - 1);
                FuzzSighting sighting = await new FuzzClient(server, plan, response, patience).RunAsync();
                seen.Add(sighting.ToSeen(response.Length));
                if (FuzzOracle.FindFault(plan, terms, sighting) is { } fault)
                {
                    faults.Enqueue(fault);
                }
            }
        }
    }
}
