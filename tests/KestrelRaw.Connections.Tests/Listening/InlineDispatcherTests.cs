using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Tests.Loops;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Tests.Listening;

public sealed class InlineDispatcherTests
{
    [Fact]
    public async Task Drain_RunningConnections_IsOverWhenTheyAre()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LoopServer server = await LoopServer.StartAsync(_ => open.Task);
        Socket[] clients = await ConnectAsync(server, 3);
        Task stopping = server.StopAsync();
        Assert.False(clients[0].Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead));
        Assert.False(stopping.IsCompleted);
        open.SetResult();
        await stopping;
        Assert.Equal((3, 3), (server.Counts.Accepted, server.Counts[ConnectionOutcome.Completed]));
        Assert.All(clients, client => client.Dispose());
    }

    [Fact]
    public async Task Drain_HandlersThatEndWhenAsked_AreAsked()
    {
        await using LoopServer server = await LoopServer.StartAsync(connection =>
        {
            var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()!.ConnectionClosedRequested.Register(asked.SetResult);
            return asked.Task;
        });
        Socket[] clients = await ConnectAsync(server, 3);
        await server.StopAsync();
        Assert.Equal((3, 3), (server.Counts.Accepted, server.Counts[ConnectionOutcome.Completed]));
        Assert.All(clients, client => client.Dispose());
    }

    [Fact]
    public async Task Drain_Deadline_AbortsAndCountsThemAsAborted()
    {
        await using LoopServer server = await LoopServer.StartAsync(async connection =>
        {
            var ended = new TaskCompletionSource();
            connection.Features.Get<IConnectionOutcomeFeature>()!.Ended.Register(ended.SetResult);
            await ended.Task;
        });
        Socket[] clients = await ConnectAsync(server, 3);
        await server.StopAsync(new CancellationToken(canceled: true));
        Assert.Equal((3, 3), (server.Counts.Accepted, server.Counts[ConnectionOutcome.Aborted]));
        Assert.Empty(server.Logger.Named("NotAllEnded"));
        foreach (Socket client in clients)
        {
            SocketException reset = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1]).OrHang());
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
            client.Dispose();
        }
    }

    [Fact]
    public async Task Drain_HandlerThatIgnoresTheAbort_IsGivenUpWithALineAndStillCountedWhenItEnds()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LoopServer server = await LoopServer.StartAsync(_ => end.Task);
        Socket[] clients = await ConnectAsync(server, 2);
        await server.StopAsync(new CancellationToken(canceled: true));
        LogEntry line = Assert.Single(server.Logger.Named("NotAllEnded"));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("Endpoint test: some handlers go on 1 s after", line.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Counts.Active);
        end.SetResult();
        await server.WaitForAsync(counts => counts[ConnectionOutcome.Aborted] == 2);
        Assert.Equal(0, server.Counts.Active);
        Assert.All(clients, client => client.Dispose());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Handler_Throws_IsLoggedOnceAndAnError(bool isLater)
    {
        await using LoopServer server = await LoopServer.StartAsync(async connection =>
        {
            if (isLater)
            {
                ReadResult result = await connection.Transport.Input.ReadAsync();
                connection.Transport.Input.AdvanceTo(result.Buffer.End);
            }

            throw new InvalidOperationException("The handler failed.");
        });
        using Socket client = server.Connect();
        client.Send([1]);
        await server.WaitForAsync(counts => counts[ConnectionOutcome.Error] == 1);
        await server.StopAsync();
        LogEntry line = Assert.Single(server.Logger.Named("InlineHandlerFailed"));
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains("Endpoint test: the handler of connection E", line.Message, StringComparison.Ordinal);
        Assert.Single(server.Logger.From(LogLevel.Error));
        Assert.Equal(1, server.Counts.Finished);
    }

    [Fact]
    public async Task OnCompleted_Callbacks_RunLastFirstAfterTheHandler()
    {
        var calls = new ConcurrentQueue<string>();
        await using LoopServer server = await LoopServer.StartAsync(connection =>
        {
            IConnectionCompleteFeature feature = connection.Features.Get<IConnectionCompleteFeature>()!;
            feature.OnCompleted(Note, "first");
            feature.OnCompleted(Note, "second");
            feature.OnCompleted(Note, "third");
            calls.Enqueue("handler");
            return Task.CompletedTask;
        });
        using Socket client = server.Connect();
        await server.WaitForAsync(counts => counts.Finished == 1);
        await server.StopAsync();
        Assert.Equal(["handler", "third", "second", "first"], calls);

        Task Note(object state)
        {
            calls.Enqueue((string)state);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task OnCompleted_OneThrows_TheOthersRunAndItIsLogged()
    {
        int ran = 0;
        await using LoopServer server = await LoopServer.StartAsync(connection =>
        {
            IConnectionCompleteFeature feature = connection.Features.Get<IConnectionCompleteFeature>()!;
            feature.OnCompleted(Count, connection);
            feature.OnCompleted(static _ => throw new InvalidOperationException("The callback failed."), connection);
            feature.OnCompleted(Count, connection);
            return Task.CompletedTask;
        });
        using Socket client = server.Connect();
        await server.WaitForAsync(counts => counts.Finished == 1);
        await server.StopAsync();
        Assert.Equal(2, ran);
        Assert.Single(server.Logger.Named("InlineEndFailed"));
        Assert.Equal(1, server.Counts[ConnectionOutcome.Completed]);

        Task Count(object state)
        {
            ran++;
            return Task.CompletedTask;
        }
    }

    private static async Task<Socket[]> ConnectAsync(LoopServer server, int count)
    {
        Socket[] clients = [.. Enumerable.Range(0, count).Select(_ => server.Connect())];
        await server.WaitForAsync(counts => counts.Active == count);
        return clients;
    }
}
