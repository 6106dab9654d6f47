using System.Net.Sockets;
using KestrelRaw.Connections.Closing;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>What a phase waits for may have come although the handler has not been told yet.</summary>
public sealed class NewsTests : TransportTests
{
    private readonly TaskCompletionSource _hasLooked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hasSent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory, MemberData(nameof(All))]
    public async Task HasNewsFor_FirstByteThatNobodyHasRead_IsTrueThen(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            IHasDueTimes news = News(connection);
            Assert.False(news.HasNewsFor(ConnectionOutcome.FirstByteTimeout));
            _hasLooked.SetResult();
            await _hasSent.Task.OrHang();
            Assert.True(news.HasNewsFor(ConnectionOutcome.FirstByteTimeout));
        },
        async client =>
        {
            await _hasLooked.Task.OrHang();
            client.Send([1]);
            _hasSent.SetResult();
        });

    /// <summary>It is to be counted as what it is, <c>client_closed</c>.</summary>
    [Theory, MemberData(nameof(All))]
    public async Task HasNewsFor_FirstByteOfAClientThatHasClosed_IsTrue(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            await _hasSent.Task.OrHang();
            Assert.True(News(connection).HasNewsFor(ConnectionOutcome.FirstByteTimeout));
        },
        client =>
        {
            client.Shutdown(SocketShutdown.Send);
            _hasSent.SetResult();
            return Task.CompletedTask;
        });

    [Theory, MemberData(nameof(All))]
    public async Task HasNewsFor_SendWithRoomInTheKernel_IsTrueUntilItIsFull(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            IHasDueTimes news = News(connection);
            Assert.True(news.HasNewsFor(ConnectionOutcome.SendTimeout));
            Assert.False(news.HasNewsFor(ConnectionOutcome.WorkTimeout));

            // More than the kernel takes from one that does not read.
            ValueTask sending = connection.Features.GetRequiredFeature<IHalfCloseFeature>().SendAsync(new byte[64 << 20], default);
            Assert.False(sending.IsCompleted);
            await Until.TrueAsync(() => Task.FromResult(!news.HasNewsFor(ConnectionOutcome.SendTimeout)));
            _hasLooked.SetResult();
            connection.Abort();
            await Assert.ThrowsAnyAsync<Exception>(async () => await sending);
        },
        _ => _hasLooked.Task);

    private static IHasDueTimes News(ConnectionContext connection) =>
        Assert.IsAssignableFrom<IHasDueTimes>(connection.Features.GetRequiredFeature<IConnectionOutcomeFeature>());
}
