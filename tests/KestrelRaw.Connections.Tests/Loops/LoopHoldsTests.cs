using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using KestrelRaw.Connections.Loops;
using KestrelRaw.Connections.Timeouts;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Loops;

public sealed class LoopHoldsTests
{
    private const string LoopName = "event loop 0";

    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan MoreThanASecond = TimeSpan.FromMilliseconds(1_100);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Handler_Blocks_IsOneWarningThatNamesTheConnectionAndTheTime()
    {
        string? id = null;
        await using LoopServer server = await LoopServer.StartAsync(connection =>
        {
            id = connection.ConnectionId;

            // Longer than the second in which a hold is only counted: code that runs for the first time may hold a loop, too.
            return OnLoopAsync(connection, static () => Block(MoreThanASecond));
        });
        using Socket client = server.Connect();
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]).OrHang());
        await Until.TrueAsync(() => Task.FromResult(Lines().Any()));
        LogEntry held = Assert.Single(Lines());
        Assert.Equal(LogLevel.Warning, held.Level);
        Assert.InRange(Milliseconds(held), MoreThanASecond.TotalMilliseconds, 20_000);

        IEnumerable<LogEntry> Lines() =>
            server.Logger.Named("LoopHeld").Where(entry => entry.Message.Contains($"by connection {id} from 127.0.0.1:", StringComparison.Ordinal));
    }

    [Fact]
    public void End_ManyWithinASecond_IsOneLineAndTheCountInTheNext()
    {
        using var logger = new CollectingLogger();
        var holds = new LoopHolds("loop", _clock, logger);
        holds.Busy();
        HoldFor(holds, "not yet compiled", Hold);
        Assert.Empty(logger.Entries);
        for (int i = 0; i < 1000; i++)
        {
            HoldFor(holds, "short", TimeSpan.Zero);
        }

        holds.Busy();
        HoldFor(holds, "first", Hold);
        HoldFor(holds, "second", Hold);
        HoldFor(holds, "third", Hold);
        Assert.Contains("by first", Assert.Single(Warnings()).Message, StringComparison.Ordinal);

        HoldFor(holds, "last", MoreThanASecond);
        Assert.Equal(2, Warnings().Count());
        LogEntry last = Warnings().Last();
        Assert.Contains("by last", last.Message, StringComparison.Ordinal);
        Assert.Contains("(2 more", last.Message, StringComparison.Ordinal);
        Assert.InRange(Milliseconds(last), MoreThanASecond.TotalMilliseconds, 20_000);

        IEnumerable<LogEntry> Warnings() => logger.Entries.Where(static entry => entry.Level == LogLevel.Warning);
    }

    [Fact]
    public void LookForStuck_TimeBeforeTheLoopHadWork_DoesNotCount()
    {
        using var logger = new CollectingLogger();
        var holds = new LoopHolds("loop", _clock, logger);
        holds.Busy();
        holds.Begin("before");
        holds.End();
        holds.Idle();
        _clock.Advance(MoreThanASecond);
        holds.LookForStuck();
        holds.Busy();
        holds.Begin("after");
        holds.LookForStuck();
        Assert.Empty(logger.Named("LoopStuck"));
    }

    [Fact]
    public async Task Handler_DoesNotComeBack_IsStuckWhileItLasts()
    {
        using var comeBack = new ManualResetEventSlim();
        await using LoopServer server = await LoopServer.StartAsync(connection => OnLoopAsync(connection, comeBack.Wait));
        try
        {
            using Socket client = server.Connect();
            LogEntry[] stuck = await server.LoggedAsync("LoopStuck", count: 2, "by connection E");
            Assert.All(stuck, entry => Assert.Equal(LogLevel.Error, entry.Level));
        }
        finally
        {
            comeBack.Set();
        }

        await server.LoggedAsync("LoopHeld");
    }

    /// <summary>
    /// Runs <paramref name="body"/> as the connection's own event: what accepted it may have been another thread, and is not its
    /// event. A caller that awaited its way to the loop would stay where it is when the loop is there first.
    /// </summary>
    private static async Task OnLoopAsync(ConnectionContext connection, Action body)
    {
        do
        {
            await connection.Features.Get<IConnectionDelayFeature>()!.DelayAsync(TimeSpan.FromMilliseconds(1));
        }
        while (Thread.CurrentThread.Name != LoopName);
        body();
    }

    private void HoldFor(LoopHolds holds, string holder, TimeSpan time)
    {
        holds.Begin(holder);
        _clock.Advance(time);
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
