using System.Diagnostics;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>All of it at once: what one kind of client does must not change what another gets.</summary>
[Collection(nameof(RunsAlone))]
public sealed class MixedCrowdTests
{
    private const int Each = 150;

    private static readonly Func<Socket, Task<Seen>>[] Kinds =
    [
        Moves.AskAsync,
        Moves.AskAndHalfCloseAsync,
        Moves.AskWithUrgentAsync,
        Moves.AskAndResetInTheLingerAsync,
        static socket => Moves.SendAndReadAsync(socket, new byte[100_000]),
        Moves.StaySilentAsync,
        Moves.SendUrgentAsync,
        Moves.HalfCloseAsync,
        Moves.CloseAsync,
        Moves.ResetAsync,
        Moves.AskAndResetAsync,
        DripAndReadAsync,
    ];

    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_AllDoDifferentThings_EachGetsItsOwnOutcome(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Mix", $"{Kinds.Length * Each:N0} of {Kinds.Length} kinds at once; FirstByte 3 s")
        {
            Settings = """ "Timeouts": { "FirstByte": "3s" } """,
            Work = TimeSpan.FromMilliseconds(500),

            // Hundreds of threads start at the same time.
            GoodAnswerWithin = kind == ServerKind.Threads ? TimeSpan.FromSeconds(10) : null,
        });
        Sightings seen = await Crowd.RunAsync(run.Target, Kinds.Length * Each, static (socket, number) => Kinds[number % Kinds.Length](socket));

        RunResult result = await run.EndAsync($"{seen}");
        if (!run.IsStock)
        {
            Assert.Equal(7 * Each, seen[Seen.Answer]);
            Assert.Equal(2 * Each, seen[Seen.Closed]);
            Assert.Equal($"client_closed {2 * Each}, client_reset {2 * Each}, completed {7 * Each}, first_byte_timeout {Each}", result.OutcomesText);
        }
    }

    /// <summary>What a connection leaves behind may be little: it takes many of them to show.</summary>
    [Theory]
    [ClassData(typeof(EveryServer))]
    public async Task Clients_ComeAgainAndAgain_LeaveNothingBehind(ServerKind kind)
    {
        const int Clients = 600;
        const int WarmRounds = 2;
        const int Megabytes = 80;
        TimeSpan length = Patience.CaseLength(secondsInCi: 10);
        await using HostileRun run = await HostileRun.StartAsync(kind, new Scene("Clients", "Mix, round after round", $"{Clients} of {Kinds.Length} kinds at once, again and again for {length.TotalSeconds:0} s; FirstByte 2 s")
        {
            Settings = """ "Timeouts": { "FirstByte": "2s" } """,
            GoodAnswerWithin = kind == ServerKind.Threads ? TimeSpan.FromSeconds(10) : null,
        });
        var resident = new List<int>();
        long start = Stopwatch.GetTimestamp();
        while (resident.Count <= WarmRounds || Stopwatch.GetElapsedTime(start) < length)
        {
            await Crowd.RunAsync(run.Target, Clients, static (socket, number) => Kinds[number % Kinds.Length](socket));
            resident.Add(ProcessState.Read(run.ProcessId).ResidentMegabytes);
        }

        int warm = resident.Take(WarmRounds).Max();
        RunResult result = await run.EndAsync($"{resident.Count} rounds; {warm} MB resident after {WarmRounds}, {resident[^1]} MB after all");
        if (!run.IsStock)
        {
            int each = resident.Count * Clients / Kinds.Length;
            Assert.Equal($"client_closed {2 * each}, client_reset {2 * each}, completed {7 * each}, first_byte_timeout {each}", result.OutcomesText);
            Assert.InRange(resident[^1], 0, warm + Megabytes);
        }
    }

    private static async Task<Seen> DripAndReadAsync(Socket socket)
    {
        using var end = new CancellationTokenSource();
        Task<bool> dripping = Moves.DripAsync(socket, TimeSpan.FromMilliseconds(100), end.Token);
        Seen seen = await socket.ReadToEndAsync(Moves.Patience);
        await end.CancelAsync();
        await dripping;
        return seen;
    }
}
