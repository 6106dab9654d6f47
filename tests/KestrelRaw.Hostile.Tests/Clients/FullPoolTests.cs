using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>Clients that leave while they wait for a slot, in the kernel's queue or in ours, and while they are turned away.</summary>
public sealed class FullPoolTests
{
    private const int Slots = 10;
    private const int Each = 200;

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_LeaveTheKernelsQueue_AreNoWorkOnceASlotIsFree(ServerKind kind)
    {
        await using HostileRun run = await StartAsync(kind, "RST and FIN in the kernel's accept queue", "StopAccepting", "of each: reset, ask and reset, close");
        Socket[] holders = await FillAsync(run);
        Sightings seen = await Crowd.RunAsync(run.Target, 3 * Each, (socket, number) => (number % 3) switch
        {
            0 => Moves.ResetAsync(socket),
            1 => Moves.AskAndResetAsync(socket),
            _ => Moves.CloseAsync(socket),
        });
        Assert.Equal(Slots, (await run.ReadCountsAsync()).Accepted);
        Sightings held = await Crowd.RunAsync(holders, Moves.AskAsync);

        RunResult result = await run.EndAsync($"{seen}; {held} of those who held the pool");
        Assert.Equal(Slots, held[Seen.Answer]);
        Assert.Equal($"client_closed {Each}, client_reset {2 * Each}, completed {Slots}", result.OutcomesText);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_LeaveOurQueue_AreGoneBeforeASlotIsFree(ServerKind kind)
    {
        await using HostileRun run = await StartAsync(kind, "RST and FIN in the server's queue", "Queue", "of each: reset, ask and reset, close");
        Socket[] holders = await FillAsync(run);
        Sightings seen = await Crowd.RunAsync(run.Target, 3 * Each, (socket, number) => (number % 3) switch
        {
            0 => Moves.ResetAsync(socket),
            1 => Moves.AskAndResetAsync(socket),
            _ => Moves.CloseAsync(socket),
        });
        await run.WaitForCountsAsync(counts => counts.Finished["client_reset"] == 2 * Each && counts.Finished["client_closed"] == Each && counts.Active == Slots);
        Sightings held = await Crowd.RunAsync(holders, Moves.AskAsync);

        RunResult result = await run.EndAsync($"{seen}; {held} of those who held the pool");
        Assert.Equal(Slots, held[Seen.Answer]);
        Assert.Equal($"client_closed {Each}, client_reset {2 * Each}, completed {Slots}", result.OutcomesText);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Clients_AreTurnedAway_WhateverTheyDo(ServerKind kind)
    {
        byte[] refusal = "busy\n"u8.ToArray();
        await using HostileRun run = await StartAsync(kind, "Turned away", "Reject", "of each: reset, ask and reset, close, ask and read, send 1 MB and read", """, "RejectResponse": "busy\n" """);
        Socket[] holders = await FillAsync(run);
        Sightings seen = await Crowd.RunAsync(run.Target, 5 * Each, async (socket, number) =>
        {
            switch (number % 5)
            {
                case 0: return await Moves.ResetAsync(socket);
                case 1: return await Moves.AskAndResetAsync(socket);
                case 2: return await Moves.CloseAsync(socket);
                case 3:
                    await socket.SendAsync(RawClient.Request);
                    return await socket.ReadToEndAsync(Moves.Patience, refusal);
                default:
                    return await Moves.SendAndReadAsync(socket, new byte[1024 * 1024], refusal);
            }
        });
        Sightings held = await Crowd.RunAsync(holders, Moves.AskAsync);

        RunResult result = await run.EndAsync($"{seen}; {held} of those who held the pool");
        Assert.Equal(2 * Each, seen[Seen.Answer]);
        Assert.Equal(Slots, held[Seen.Answer]);
        Assert.Equal($"completed {Slots}, rejected {5 * Each}", result.OutcomesText);
    }

    private static Task<HostileRun> StartAsync(ServerKind kind, string name, string whenFull, string load, string more = "") =>
        HostileRun.StartAsync(kind, new Scene("Clients", name, $"A full pool of {Slots} with {whenFull}, and {Each} {load}")
        {
            Settings = $$""" "Pool": { "Size": {{Slots}}, "WhenFull": "{{whenFull}}"{{more}} } """,
            IsTargetFull = true,
        });

    /// <summary>The pool is full until these ask.</summary>
    private static async Task<Socket[]> FillAsync(HostileRun run)
    {
        Socket[] holders = await RawClient.ConnectManyAsync(run.Target, Slots);
        await run.WaitForCountsAsync(counts => counts.Active == Slots);
        return holders;
    }
}
