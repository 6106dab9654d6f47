using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Fuzzing;

/// <summary>
/// Clients that do anything, against endpoints of any settings. <c>KESTRELRAW_FUZZ_SECONDS</c> says how long each round is,
/// <c>KESTRELRAW_FUZZ_SEED</c> repeats the decisions of a run; a failure names both.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class FuzzTests
{
    private const int Rounds = 4;
    private const int SeedsOfARound = 10_000_000;
    private const int RoundMegabytes = 100;

    /// <summary>Two hundred threads at a time, thousands in a round.</summary>
    private const int ThreadsMegabytes = 200;

    /// <summary>Longer than every timeout of a round.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static TheoryData<ServerKind, int> EachRound { get; } =
        new(from row in new EveryTransport() from round in Enumerable.Range(1, Rounds) select (row.Data, round));

    [Theory]
    [MemberData(nameof(EachRound))]
    public async Task Clients_DoAnything_GetTheResponseOrAPartOfIt(ServerKind kind, int round)
    {
        int seed = unchecked(FuzzRound.Seed + (round * SeedsOfARound));
        FuzzTerms terms = FuzzTerms.Create(seed, isTight: round % 2 == 0);
        byte[] response = new byte[terms.ResponseBytes];
        new Random(seed).NextBytes(response);
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, response);
            await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Fuzzing", $"Round {round}", $"{terms.Clients} at once for {FuzzRound.Duration.TotalSeconds} s; {terms}; seed {FuzzRound.Seed}")
            {
                Settings = terms.Settings,
                Work = terms.Work,
                ResponseFile = file,
                IsTargetFull = true,
                RecoveryWithin = Patience,
                MemoryMegabytes = kind == ServerKind.Threads ? ThreadsMegabytes : RoundMegabytes,
            });
            FuzzRound fuzz = await FuzzRound.RunAsync(run.Target, terms, response, seed, FuzzRound.Duration, Patience);

            RunResult result = await run.EndAsync($"{fuzz.Sightings}");
            string faults = string.Join('\n', fuzz.Faults.Take(10));
            Assert.True(fuzz.Faults.Count == 0, $"{fuzz.Faults.Count} of {fuzz.Clients} clients; KESTRELRAW_FUZZ_SEED={FuzzRound.Seed}, {terms}\n{faults}");
            Assert.Equal(0, result["error"] + result["aborted"] + result["work_failed"]);
            TestContext.Current.TestOutputHelper?.WriteLine($"{fuzz.Clients} clients, KESTRELRAW_FUZZ_SEED={FuzzRound.Seed}, {terms}: {fuzz.Sightings}; {result.OutcomesText}");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
