using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using KestrelRaw.Connections.Loops;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Tests.Loops;

public sealed class LoopHoldsTests
{
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Handler_Blocks_IsOneWarningThatNamesTheConnectionAndTheTime()
    {
        string? id = null;
        using SemaphoreSlim reads = new(0);
        await using LoopServer server = await LoopServer.StartAsync(async connection =>
        {
            id = connection.ConnectionId;
            await ReadOneAsync(connection, reads);
            Block(Hold);
        });
        using Socket client = server.Connect();

        // Only then: what is there already, the handler reads while the accept loop runs.
        Assert.True(await reads.WaitAsync(Until.Patience));
        client.Send([1]);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]).OrHang());
        LogEntry held = Assert.Single(await server.LoggedAsync("LoopHeld"));
        Assert.Equal(LogLevel.Warning, held.Level);
        Assert.Contains($"by connection {id} from 127.0.0.1:", held.Message, StringComparison.Ordinal);
        Assert.InRange(Milliseconds(held), 200, 20_000);
        Assert.Contains("(0 more", held.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void End_ManyWithinASecond_IsOneLineAndTheCountInTheNext()
    {
        using var logger = new CollectingLogger();
        var holds = new LoopHolds("loop", logger);
        holds.Busy();
        HoldFor(holds, "first", Hold);
        HoldFor(holds, "second", TimeSpan.FromMilliseconds(60));
        HoldFor(holds, "third", TimeSpan.FromMilliseconds(60));
        Assert.Contains("by first", Assert.Single(logger.Entries).Message, StringComparison.Ordinal);

        HoldFor(holds, "last", TimeSpan.FromMilliseconds(1_100));
        Assert.Equal(2, logger.Entries.Count);
        LogEntry last = logger.Entries.Last();
        Assert.Contains("by last", last.Message, StringComparison.Ordinal);
        Assert.Contains("(2 more", last.Message, StringComparison.Ordinal);
        Assert.InRange(Milliseconds(last), 1_100, 20_000);
    }

    [Fact]
    public void End_TimeBeforeTheLoopHadWork_DoesNotCount()
    {
        using var logger = new CollectingLogger();
        var holds = new LoopHolds("loop", logger);
        holds.Busy();
        holds.Idle();
        Block(TimeSpan.FromMilliseconds(1_100));
        holds.Busy();
        holds.LookForStuck();
        Assert.Empty(logger.Entries);
    }

    [Fact]
    public async Task Handler_DoesNotComeBack_IsStuckWhileItLasts()
    {
        using var comeBack = new ManualResetEventSlim();
        using SemaphoreSlim reads = new(0);
        await using LoopServer server = await LoopServer.StartAsync(async connection =>
        {
            await ReadOneAsync(connection, reads);
            comeBack.Wait();
        });
        try
        {
            using Socket client = server.Connect();
            Assert.True(await reads.WaitAsync(Until.Patience));
            client.Send([1]);
            LogEntry[] stuck = await server.LoggedAsync("LoopStuck", count: 2);
            Assert.All(stuck, entry => Assert.Equal(LogLevel.Error, entry.Level));
            Assert.All(stuck, entry => Assert.Contains("by connection E", entry.Message, StringComparison.Ordinal));
            Assert.Empty(server.Logger.Named("LoopHeld"));
        }
        finally
        {
            comeBack.Set();
        }

        await server.LoggedAsync("LoopHeld");
    }

    private static async Task ReadOneAsync(ConnectionContext connection, SemaphoreSlim reads)
    {
        ValueTask<ReadResult> reading = connection.Transport.Input.ReadAsync();
        reads.Release();
        ReadResult result = await reading;
        connection.Transport.Input.AdvanceTo(result.Buffer.End);
    }

    private static void HoldFor(LoopHolds holds, string holder, TimeSpan time)
    {
        holds.Begin(holder);
        Block(time);
        holds.End();
    }

    /// <summary>The time is what is tested: nothing will ever be set.</summary>
    private static void Block(TimeSpan time)
    {
        using var never = new ManualResetEventSlim();
        long begun = TimeProvider.System.GetTimestamp();
        for (TimeSpan left = time; left > TimeSpan.Zero; left = time - TimeProvider.System.GetElapsedTime(begun))
        {
            Assert.False(never.Wait(left + TimeSpan.FromMilliseconds(1)));
        }
    }

    private static double Milliseconds(LogEntry held) =>
        double.Parse(Regex.Match(held.Message, @"for (\d+) ms").Groups[1].Value, CultureInfo.InvariantCulture);
}
