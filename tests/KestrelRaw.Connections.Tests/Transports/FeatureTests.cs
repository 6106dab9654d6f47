using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using KestrelRaw.Connections.Closing;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Loops;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>The features of a connection are there, agree with its properties, and can be replaced.</summary>
public sealed class FeatureTests : TransportTests
{
    [Theory, MemberData(nameof(All))]
    public async Task Features_OfEveryKind_AgreeWithTheConnection(TestedTransport transport) => await ServeAsync(transport, static connection =>
    {
        Assert.Equal(connection.ConnectionId, Get<IConnectionIdFeature>(connection).ConnectionId);
        Assert.Same(connection.Items, Get<IConnectionItemsFeature>(connection).Items);
        Assert.Same(connection.Transport, Get<IConnectionTransportFeature>(connection).Transport);
        Assert.Equal(connection.ConnectionClosed, Get<IConnectionLifetimeFeature>(connection).ConnectionClosed);
        Assert.Equal(connection.RemoteEndPoint, Get<IConnectionSocketFeature>(connection).Socket.RemoteEndPoint);
        using IMemoryOwner<byte> memory = Get<IMemoryPoolFeature>(connection).MemoryPool.Rent();
        Assert.NotEqual(0, memory.Memory.Length);
        Assert.False(Get<IConnectionLifetimeNotificationFeature>(connection).ConnectionClosedRequested.IsCancellationRequested);
        Assert.NotNull(Get<IConnectionCompleteFeature>(connection));
        Assert.Null(Get<IConnectionOutcomeFeature>(connection).Outcome);
        Assert.NotNull(Get<IHalfCloseFeature>(connection));
        return Task.CompletedTask;
    });

    /// <summary>That each test here is one of its transport's, and Kestrel's part in it: only what Kestrel runs has its heartbeat.</summary>
    [Theory, MemberData(nameof(All))]
    public async Task Connection_OfATransport_IsOfItsTypeAndRunByWhomItSays(TestedTransport transport) => await ServeAsync(transport, connection =>
    {
        Assert.Equal(transport.IsEpoll() ? typeof(LoopConnection) : typeof(PipesConnection), connection.GetType());
        Assert.Equal(transport.IsInline(), connection.Features.Get<IConnectionHeartbeatFeature>() is null);
        return Task.CompletedTask;
    });

    /// <summary>Kestrel's own transport has none; where there is one it is the connection's.</summary>
    [Theory, MemberData(nameof(All))]
    public async Task EndPointFeature_WhereThereIsOne_AgreesWithTheConnection(TestedTransport transport) => await ServeAsync(transport, connection =>
    {
        IConnectionEndPointFeature? feature = connection.Features.Get<IConnectionEndPointFeature>();
        Assert.True(transport.IsEpoll() || feature is null);
        Assert.Equal(connection.LocalEndPoint, feature is null ? connection.LocalEndPoint : feature.LocalEndPoint);
        Assert.Equal(connection.RemoteEndPoint, feature is null ? connection.RemoteEndPoint : feature.RemoteEndPoint);
        return Task.CompletedTask;
    });

    [Theory, MemberData(nameof(All))]
    public async Task Features_SetOnTheConnection_ShowInTheFeaturesAndTheOtherWay(TestedTransport transport) => await ServeAsync(transport, static connection =>
    {
        connection.ConnectionId = "mine";
        Assert.Equal("mine", Get<IConnectionIdFeature>(connection).ConnectionId);
        Get<IConnectionIdFeature>(connection).ConnectionId = "mine again";
        Assert.Equal("mine again", connection.ConnectionId);

        var items = new Dictionary<object, object?> { ["key"] = 1 };
        connection.Items = items;
        Assert.Same(items, Get<IConnectionItemsFeature>(connection).Items);

        var elsewhere = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1);
        (connection.LocalEndPoint, connection.RemoteEndPoint) = (elsewhere, elsewhere);
        Assert.Same(elsewhere, connection.LocalEndPoint);
        Assert.Same(elsewhere, connection.RemoteEndPoint);

        using var closed = new CancellationTokenSource();
        connection.ConnectionClosed = closed.Token;
        Assert.Equal(closed.Token, Get<IConnectionLifetimeFeature>(connection).ConnectionClosed);
        return Task.CompletedTask;
    });

    [Theory, MemberData(nameof(All))]
    public async Task Features_OfAUsersOwn_AreKept(TestedTransport transport) => await ServeAsync(transport, static connection =>
    {
        connection.Features.Set("a feature");
        Assert.Equal("a feature", connection.Features.Get<string>());
        connection.Features.Set<string>(null);
        Assert.Null(connection.Features.Get<string>());
        connection.Items["key"] = "an item";
        Assert.Equal("an item", connection.Items["key"]);
        return Task.CompletedTask;
    });

    [Theory, MemberData(nameof(All))]
    public async Task ConnectionId_OfManyConnections_IsEachItsOwn(TestedTransport transport)
    {
        const int Connections = 200;
        var ids = new ConcurrentBag<string>();
        await using TransportServer server = await TransportServer.StartAsync(transport, connection =>
        {
            ids.Add(connection.ConnectionId);
            return Task.CompletedTask;
        });
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            using Socket client = server.Connect();
            await client.ExpectEndAsync();
        }));
        Assert.Equal(Connections, ids.Count);
        Assert.Equal(Connections, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(ids, string.IsNullOrEmpty);
    }

    [Theory, MemberData(nameof(All))]
    public async Task OnCompleted_Callbacks_RunAfterTheHandlerWithTheirState(TestedTransport transport)
    {
        bool hasReturned = false;
        var completed = new TaskCompletionSource<(object, bool)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await ServeAsync(transport, connection =>
        {
            Get<IConnectionCompleteFeature>(connection).OnCompleted(
                state =>
                {
                    completed.SetResult((state, Volatile.Read(ref hasReturned)));
                    return Task.CompletedTask;
                },
                "state");
            Volatile.Write(ref hasReturned, true);
            return Task.CompletedTask;
        });
        Assert.Equal(("state", true), await completed.Task.OrHang());
    }

    [Theory, MemberData(nameof(All))]
    public async Task SocketFeature_SentAroundThePipe_Arrives(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection => Assert.Equal(3, await Get<IConnectionSocketFeature>(connection).Socket.SendAsync("abc"u8.ToArray())),
        static async client => Assert.Equal("abc"u8.ToArray(), await client.ReceiveToEndAsync()));

    [Theory, MemberData(nameof(All))]
    public async Task HalfCloseFeature_SendAndShutdown_TheClientReadsToTheEndAndCanStillSend(TestedTransport transport)
    {
        byte[] sent = TestData.Bytes(1_000_000);
        await ConverseAsync(
            transport,
            async connection =>
            {
                IHalfCloseFeature halfClose = Get<IHalfCloseFeature>(connection);
                await halfClose.SendAsync(sent, connection.ConnectionClosed);
                halfClose.ShutdownSend();
                Assert.Equal("still here"u8.ToArray(), await connection.Transport.Input.ReadToEndAsync());
            },
            async client =>
            {
                TestData.AssertSame(sent, await client.ReceiveToEndAsync());
                await client.SendAllAsync("still here"u8.ToArray());
                client.Shutdown(SocketShutdown.Send);
            });
    }

    private static T Get<T>(ConnectionContext connection)
        where T : class => connection.Features.Get<T>() ?? throw new InvalidOperationException($"There is no {typeof(T).Name}.");
}
