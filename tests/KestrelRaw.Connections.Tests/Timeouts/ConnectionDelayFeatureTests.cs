using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Tests.Loops;
using KestrelRaw.Connections.Timeouts;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Tests.Timeouts;

/// <summary>The delay as a handler has it, and the connection's end in the middle of it.</summary>
public sealed class ConnectionDelayFeatureTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    public static TheoryData<ConnectionTransport, ConnectionDispatch> Ways => new()
    {
        { ConnectionTransport.Epoll, ConnectionDispatch.Inline },
        { ConnectionTransport.Epoll, ConnectionDispatch.ThreadPool },
        { ConnectionTransport.Sockets, ConnectionDispatch.Inline },
        { ConnectionTransport.Sockets, ConnectionDispatch.ThreadPool },
        { ConnectionTransport.BlockingSocket, ConnectionDispatch.ThreadPool },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Delay_AgainAndAgain_IsNeverShort(ConnectionTransport transport, ConnectionDispatch dispatch) =>
        RunAsync(transport, dispatch, async connection =>
        {
            for (int i = 0; i < 5; i++)
            {
                long begun = TimeProvider.System.GetTimestamp();
                await Delay(connection, Short);
                Assert.True(TimeProvider.System.GetElapsedTime(begun) >= Short);
            }

            Assert.True(Delay(connection, TimeSpan.Zero).IsCompletedSuccessfully);
            Assert.True(Delay(connection, -Short).IsCompletedSuccessfully);
        });

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Delay_ConnectionEndsWhileItLasts_IsCancelled(ConnectionTransport transport, ConnectionDispatch dispatch) =>
        RunAsync(transport, dispatch, async connection =>
        {
            Task waiting = Delay(connection, Hour).AsTask();
            Assert.False(waiting.IsCompleted);
            await Task.Run(() => End(connection));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.OrHang());
        });

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Delay_ConnectionHasEnded_IsCancelledAtOnce(ConnectionTransport transport, ConnectionDispatch dispatch) =>
        RunAsync(transport, dispatch, connection =>
        {
            End(connection);
            Assert.True(Delay(connection, Hour).IsCanceled);
            Assert.True(Delay(connection, TimeSpan.Zero).IsCanceled);
            return Task.CompletedTask;
        });

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Delay_ConnectionEndsAfterIt_HasCompleted(ConnectionTransport transport, ConnectionDispatch dispatch) =>
        RunAsync(transport, dispatch, async connection =>
        {
            await Delay(connection, Short);
            End(connection);
        });

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Delay_WhileOneIsUnderWay_Throws(ConnectionTransport transport, ConnectionDispatch dispatch) =>
        RunAsync(transport, dispatch, async connection =>
        {
            ValueTask waiting = Delay(connection, Short);
            Assert.Throws<InvalidOperationException>(() => Delay(connection, Hour));
            await waiting;
        });

    [Theory]
    [MemberData(nameof(Ways))]
    public Task Delay_ConnectionEndsAtTheSameMoment_IsEitherDueOrCancelled(ConnectionTransport transport, ConnectionDispatch dispatch) =>
        RunAsync(transport, dispatch, async connection =>
        {
            Task ending = Task.Run(() => End(connection));
            await Delay(connection, TimeSpan.FromMicroseconds(100)).AsTask().OrHang().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ending;
            Assert.True(Delay(connection, Hour).IsCanceled);
        }, times: 200);

    private static ValueTask Delay(ConnectionContext connection, TimeSpan time) => connection.Features.Get<IConnectionDelayFeature>()!.DelayAsync(time);

    private static void End(ConnectionContext connection) => connection.Features.Get<IConnectionOutcomeFeature>()!.EndAs(ConnectionOutcome.WorkTimeout);

    /// <summary>Runs it as a connection's handler, and throws what that throws.</summary>
    private static async Task RunAsync(ConnectionTransport transport, ConnectionDispatch dispatch, Func<ConnectionContext, Task> handler, int times = 1)
    {
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = times;
        await using LoopServer server = await LoopServer.StartAsync(
            async connection =>
            {
                try
                {
                    await handler(connection);
                }
                catch (Exception error)
                {
                    handled.TrySetException(error);
                }

                if (Interlocked.Decrement(ref left) == 0)
                {
                    handled.TrySetResult();
                }
            },
            configure: options => (options.Transport, options.Dispatch) = (transport, dispatch));
        for (int i = 0; i < times; i++)
        {
            using Socket client = server.Connect();
        }

        await handled.Task.OrHang();
    }
}
