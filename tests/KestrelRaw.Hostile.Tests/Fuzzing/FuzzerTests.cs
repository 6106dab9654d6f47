using KestrelRaw.Hostile.Tests.Clients;

namespace KestrelRaw.Hostile.Tests.Fuzzing;

/// <summary>The fuzzer itself: it finds what is wrong, nothing else, and can do the same again.</summary>
public sealed class FuzzerTests
{
    private const int Seed = 1;

    private static readonly FuzzTerms Terms = new(PoolSize: 50, "StopAccepting", PerClient: null, ResponseBytes: 50_000, TimeSpan.Zero, IsTight: false);

    [Theory]
    [InlineData(Fault.WrongByte)]
    [InlineData(Fault.OneByteTooMany)]
    [InlineData(Fault.Truncated)]
    [InlineData(Fault.ResetBeforeTheEnd)]
    [InlineData(Fault.NoAnswer)]
    [InlineData(Fault.NoEnd)]
    public async Task Run_AgainstAServerWithAFault_FindsIt(Fault fault) => Assert.NotEmpty((await RunAsync(fault)).Faults);

    [Fact]
    public async Task Run_AgainstAServerWithoutAFault_FindsNone()
    {
        FuzzRound round = await RunAsync(Fault.None);
        Assert.Empty(round.Faults);
        Assert.NotEqual(0, round.Sightings[Seen.Answer]);
    }

    [Fact]
    public void Create_TheSameSeed_MakesTheSamePlan()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            FuzzPlan plan = FuzzPlan.Create(seed);
            FuzzPlan again = FuzzPlan.Create(seed);
            Assert.Equal($"{plan}", $"{again}");
            Assert.Equal(Sent(plan), Sent(again));
            Assert.Equal(FuzzTerms.Create(seed, isTight: true), FuzzTerms.Create(seed, isTight: true));
        }
    }

    private static byte[] Sent(FuzzPlan plan) => [.. plan.Steps.OfType<SendStep>().SelectMany(static step => step.Bytes)];

    private static async Task<FuzzRound> RunAsync(Fault fault)
    {
        byte[] response = new byte[Terms.ResponseBytes];
        new Random(Seed).NextBytes(response);
        await using var server = new FaultyServer(response, fault);

        // Nothing but a silence shows an end that does not come.
        TimeSpan patience = TimeSpan.FromSeconds(fault == Fault.NoEnd ? 1 : 15);
        return await FuzzRound.RunAsync(server.Address, Terms, response, Seed, TimeSpan.FromMilliseconds(500), patience);
    }
}
