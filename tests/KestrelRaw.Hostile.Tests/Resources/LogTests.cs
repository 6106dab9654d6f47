using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Resources;

/// <summary>The log can't be written. Connections don't wait for it.</summary>
public sealed class LogTests
{
    private const int Clients = 200;

    /// <summary>Their lines are more than a pipe of 64 kB takes.</summary>
    private const int ClientsForAPipe = 800;

    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(15);

    private static readonly string[] Verbose = ["--Serilog:MinimumLevel:Default=Verbose"];

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Disk_IsFull_ServesAndLogsAgainWhenThereIsRoom(ServerKind kind)
    {
        await using LogDisk disk = await LogDisk.MountAsync();
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "Disk full", $"the log's disk is full while {Clients} clients come, with everything logged") { Prefix = disk.Prefix, Arguments = Verbose });
        disk.FillUp();
        Sightings seen = await AskAllAsync(run, Clients);
        int before = run.LogLines;
        disk.MakeRoom();
        Sightings seenAfter = await AskAllAsync(run, Clients);

        RunResult result = await run.EndAsync($"{seen}; then {seenAfter}");
        Assert.Equal($"completed {2 * Clients}", result.OutcomesText);
        Assert.InRange(run.LogLines - before, Clients, int.MaxValue);
        Assert.Contains("log events could not be written in all", run.Server.Process.Output, StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Reader_Stops_ServesAndSaysHowMuchWasDropped(ServerKind kind)
    {
        const int Rounds = 10;
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "Log not read", $"nobody reads the pipe behind the log while {Rounds * Clients:N0} clients come, with everything logged")
            {
                Prefix = LogReader.Prefix,
                Arguments =
                [
                    .. Verbose,
                    "--Serilog:WriteTo:0:Name=Async",
                    "--Serilog:WriteTo:0:Args:bufferSize=1000",
                    "--Serilog:WriteTo:0:Args:monitor=KestrelRaw.Logging.DroppedEventMonitor::Instance, KestrelRaw",
                    "--Serilog:WriteTo:0:Args:configure:0:Name=Console",
                ],
                Work = TimeSpan.FromMilliseconds(1),
            });
        LogReader reader = LogReader.Of(run.Server);
        reader.Stop();
        Sightings seen = new([]);
        for (int round = 0; round < Rounds; round++)
        {
            seen = await AskAllAsync(run, Clients);
            Assert.Equal(Clients, seen[Seen.Answer]);
        }

        reader.Continue();
        RunResult result = await run.EndAsync("all answered");
        Assert.Equal($"completed {Rounds * Clients}", result.OutcomesText);
        Assert.Contains("log events were dropped", run.Server.Process.Output, StringComparison.Ordinal);
    }

    /// <summary>SIGTERM ends the process all the same.</summary>
    [Theory]
    [InlineData(ServerKind.Epoll)]
    public async Task Reader_StopsForGood_TheProcessStillEnds(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "Log never read", $"nobody reads the pipe behind the log any more, {5 * Clients:N0} clients come, with everything logged, then SIGTERM")
            {
                Prefix = LogReader.Prefix,
                Arguments = Verbose,
                HasNoLog = true,
            });
        LogReader reader = LogReader.Of(run.Server);
        reader.Stop();
        Sightings seen = await AskAllAsync(run, 5 * Clients);
        _ = reader.EndAfterAsync(run.ProcessId);

        RunResult result = await run.EndAsync($"{seen}");
        Assert.Equal($"completed {5 * Clients}", result.OutcomesText);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Reader_Ends_Serves(ServerKind kind)
    {
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", "Log's reader gone", $"the reader of the log's pipe is killed, then {Clients} clients come, with everything logged")
            {
                Prefix = LogReader.Prefix,
                Arguments = Verbose,
                HasNoLog = true,
            });
        LogReader.Of(run.Server).End();
        Sightings seen = await AskAllAsync(run, Clients);

        RunResult result = await run.EndAsync($"{seen}");
        Assert.Equal($"completed {Clients}", result.OutcomesText);
    }

    /// <summary>A second log shows the test where the server listens.</summary>
    [Theory]
    [InlineData(ServerKind.Epoll, "> /dev/full")]
    [InlineData(ServerKind.Epoll, ">&-")]
    [InlineData(ServerKind.Epoll, "<&- >&-")]
    [InlineData(ServerKind.Sockets, "<&- >&-")]
    [InlineData(ServerKind.Threads, "<&- >&-")]
    public async Task Output_IsNoneFromTheStart_Serves(ServerKind kind, string redirection)
    {
        string file = Path.GetTempFileName();
        await using HostileRun run = await HostileRun.StartAsync(
            kind,
            new Scene("Resources", $"Output {redirection}", $"started with {redirection}, {ClientsForAPipe} clients, with everything logged")
            {
                Prefix = ["bash", "-c", $"tail --pid=$$ -s 0.1 -n +1 -f \"$0\" & exec \"$@\" {redirection}", file],
                Arguments =
                [
                    .. Verbose, "--Serilog:WriteTo:0:Name=Console", "--Serilog:WriteTo:1:Name=File", $"--Serilog:WriteTo:1:Args:path={file}",
                ],
            });
        Sightings seen = await AskAllAsync(run, ClientsForAPipe);

        RunResult result = await run.EndAsync($"{seen}");
        File.Delete(file);
        Assert.Equal($"completed {ClientsForAPipe}", result.OutcomesText);
    }

    private static async Task<Sightings> AskAllAsync(HostileRun run, int clients)
    {
        Socket[] sockets = await RawClient.ConnectManyAsync(run.Target, clients, from: "127.0.0.2");
        await Task.WhenAll(sockets.Select(client => client.SendAsync(RawClient.Request)));
        return await sockets.ReadAllToEndAsync(LongEnough);
    }
}
