using System.IO.Pipelines;
using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>How connections end, what the handler hears of it, and as what they are counted.</summary>
public sealed class LifetimeTests : TransportTests
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory, MemberData(nameof(All))]
    public async Task ConnectionClosed_Fin_IsCancelled(TestedTransport transport) => await ConverseAsync(
        transport, WaitUntilClosedAsync, client => WhenReadyAsync(() => client.Shutdown(SocketShutdown.Send)));

    [Theory, MemberData(nameof(All))]
    public async Task ConnectionClosed_Rst_IsCancelled(TestedTransport transport) => await ConverseAsync(
        transport, WaitUntilClosedAsync, client => WhenReadyAsync(client.Reset));

    [Theory, MemberData(nameof(All))]
    public async Task ConnectionClosed_Abort_IsCancelledAndTheClientIsReset(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            Task closed = WaitUntilClosedAsync(connection);
            connection.Abort(new ConnectionAbortedException("enough"));
            await closed;
        },
        ExpectResetAsync);

    [Theory, MemberData(nameof(All))]
    public async Task ConnectionClosed_HandlerReturned_IsCancelledAtTheEnd(TestedTransport transport)
    {
        CancellationToken closed = default;
        await ServeAsync(transport, connection =>
        {
            closed = connection.ConnectionClosed;
            return Task.CompletedTask;
        });
        var signal = new TaskCompletionSource();
        await using (closed.UnsafeRegister(static state => ((TaskCompletionSource)state!).SetResult(), signal))
        {
            await signal.Task.OrHang();
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task Abort_AgainAndAfterTheEnd_IsNothingMore(TestedTransport transport)
    {
        ConnectionContext? ended = null;
        await ServeAsync(transport, connection =>
        {
            ended = connection;
            connection.Abort();
            connection.Abort(new ConnectionAbortedException("again"));
            return Task.CompletedTask;
        });
        ended!.Abort();
    }

    [Theory, MemberData(nameof(All))]
    public async Task Handler_ReturnsWithoutReading_EndsCleanlyAsCompleted(TestedTransport transport)
    {
        await using TransportServer server = await TransportServer.StartAsync(transport, static _ => Task.CompletedTask);
        using Socket client = server.Connect();
        await client.ExpectEndAsync();
        await AssertOutcomesAsync(server, (ConnectionOutcome.Completed, 1));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Handler_ReturnsBeforeTheClientHasRead_SendsAllTheSame(TestedTransport transport)
    {
        byte[] sent = TestData.Bytes(3_000_000);
        await using TransportServer server = await TransportServer.StartAsync(
            transport, connection => connection.Transport.Output.WriteAsync(sent).AsTask());
        using Socket client = server.Connect();
        TestData.AssertSame(sent, await client.ReceiveToEndAsync());
        await AssertOutcomesAsync(server, (ConnectionOutcome.Completed, 1));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Handler_Throws_IsErrorAndLogged(TestedTransport transport)
    {
        await using TransportServer server = await TransportServer.StartAsync(transport, static async connection =>
        {
            await connection.Transport.Input.ReadAsync();
            throw new InvalidOperationException("a bug of the handler's");
        });
        using Socket client = server.Connect();
        await client.SendAllAsync(new byte[1]);
        await client.DrainAsync();
        await AssertOutcomesAsync(server, (ConnectionOutcome.Error, 1));
        Assert.Contains(server.Logger.Entries, static entry => entry.Level == Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Handler_ThrowsBeforeItsFirstAwait_IsErrorAndTheNextIsServed(TestedTransport transport)
    {
        int connections = 0;
        await using TransportServer server = await TransportServer.StartAsync(
            transport, _ => Interlocked.Increment(ref connections) == 1 ? throw new InvalidOperationException("a bug of the handler's") : Task.CompletedTask);
        using Socket first = server.Connect();
        await first.DrainAsync();
        using Socket second = server.Connect();
        await second.ExpectEndAsync();
        await AssertOutcomesAsync(server, (ConnectionOutcome.Error, 1), (ConnectionOutcome.Completed, 1));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Outcomes_OfAllKinds_AreEachCountedOnce(TestedTransport transport)
    {
        const int OfEachKind = 25;
        await using TransportServer server = await TransportServer.StartAsync(transport, static async connection =>
        {
            ReadResult result = await connection.Transport.Input.ReadAsync();
            byte kind = result.Buffer.FirstSpan[0];
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            switch (kind)
            {
                case 0:
                    return;
                case 1:
                    throw new InvalidOperationException("a bug of the handler's");
                case 2:
                    connection.Abort();
                    return;
                default:
                    await connection.Transport.Output.WriteAsync("?"u8.ToArray());
                    await connection.Transport.Input.ReadAsync();
                    throw new InvalidOperationException("The reset was not heard.");
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4 * OfEachKind).Select(async i =>
        {
            using Socket client = server.Connect();
            await client.SendAllAsync(new[] { (byte)(i % 4) });
            if (i % 4 == 3)
            {
                await client.ReceiveExactlyAsync(1);
                client.Reset();
            }
            else
            {
                await client.DrainAsync();
            }
        }));
        await AssertOutcomesAsync(
            server,
            (ConnectionOutcome.Completed, OfEachKind),
            (ConnectionOutcome.Error, OfEachKind),
            (ConnectionOutcome.Aborted, OfEachKind),
            (ConnectionOutcome.ClientReset, OfEachKind));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Stop_HandlerHearsTheRequest_MayFinish(TestedTransport transport)
    {
        await using TransportServer server = await TransportServer.StartAsync(transport, async connection =>
        {
            var requested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            CancellationToken token = connection.Features.Get<IConnectionLifetimeNotificationFeature>()!.ConnectionClosedRequested;
            await using (token.UnsafeRegister(static state => ((TaskCompletionSource)state!).SetResult(), requested))
            {
                _ready.SetResult();
                await requested.Task;
            }

            await connection.Transport.Output.WriteAsync("bye"u8.ToArray());
        });
        using Socket client = server.Connect();
        await _ready.Task.OrHang();
        Task stopping = server.StopAsync();
        Assert.Equal("bye"u8.ToArray(), await client.ReceiveToEndAsync());
        await stopping;
        await AssertOutcomesAsync(server, (ConnectionOutcome.Completed, 1));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Stop_HandlerDoesNotEnd_IsAbortedAtTheDeadline(TestedTransport transport)
    {
        await using TransportServer server = await TransportServer.StartAsync(
            transport,
            async connection =>
            {
                _ready.SetResult();
                await connection.Transport.Input.ReadAsync();
            },
            shutdownTimeout: TimeSpan.FromMilliseconds(100));
        using Socket client = server.Connect();
        await _ready.Task.OrHang();
        await server.StopAsync();
        await ExpectResetAsync(client);
        await AssertOutcomesAsync(server, (ConnectionOutcome.Aborted, 1));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Stop_ResponseIsLeftThatTheClientDoesNotTake_IsAbortedAtTheDeadline(TestedTransport transport)
    {
        await using TransportServer server = await TransportServer.StartAsync(
            transport,
            async connection =>
            {
                connection.Transport.Output.CancelPendingFlush();
                Assert.True((await connection.Transport.Output.WriteAsync(new byte[64 * 1024 * 1024])).IsCanceled);
                _ready.SetResult();
            },
            shutdownTimeout: TimeSpan.FromMilliseconds(100));
        using Socket client = server.Connect();
        await _ready.Task.OrHang();
        await server.StopAsync();
        await ExpectResetAsync(client);
        await AssertOutcomesAsync(server, (ConnectionOutcome.Aborted, 1));
    }

    [Theory, MemberData(nameof(All))]
    public async Task RequestClose_ByTheHandlerItself_CancelsTheToken(TestedTransport transport) => await ServeAsync(transport, static connection =>
    {
        IConnectionLifetimeNotificationFeature lifetime = connection.Features.Get<IConnectionLifetimeNotificationFeature>()!;
        lifetime.RequestClose();
        Assert.True(lifetime.ConnectionClosedRequested.IsCancellationRequested);
        return Task.CompletedTask;
    });

    private static async Task ExpectResetAsync(Socket client)
    {
        SocketException exception = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveToEndAsync());
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    /// <summary>Stops the server: whatever is counted later would be missed otherwise.</summary>
    private static async Task AssertOutcomesAsync(TransportServer server, params (ConnectionOutcome Outcome, int Count)[] expected)
    {
        await server.StopAsync();

        // At the deadline it waits a second for those that it has aborted, and no longer.
        await Until.TrueAsync(() => Task.FromResult(server.Counts.Active == 0));
        Assert.All(expected, each => Assert.Equal((each.Outcome, each.Count), (each.Outcome, server.Counts[each.Outcome])));
        int all = expected.Sum(static each => each.Count);
        Assert.Equal((all, 0, all), (server.Counts.Accepted, server.Counts.Active, server.Counts.Finished));
    }

    private async Task WaitUntilClosedAsync(ConnectionContext connection)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (connection.ConnectionClosed.UnsafeRegister(static state => ((TaskCompletionSource)state!).SetResult(), closed))
        {
            Assert.False(connection.ConnectionClosed.IsCancellationRequested);
            _ready.SetResult();
            await closed.Task.OrHang();
        }
    }

    private async Task WhenReadyAsync(Action act)
    {
        await _ready.Task.OrHang();
        act();
    }
}
