using System.IO.Pipelines;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>What the end of a handler's output is to its client.</summary>
public sealed class OutputCompletionTests : TransportTests
{
    private static readonly byte[] Letters = "abcdef"u8.ToArray();

    [Theory, MemberData(nameof(All))]
    public async Task Complete_WrittenButNotFlushed_IsSentBeforeTheEnd(TestedTransport transport)
    {
        byte[] sent = TestData.Bytes(1_000_000);
        await ConverseAsync(
            transport,
            async connection =>
            {
                connection.Transport.Output.Put(sent);
                await connection.Transport.Output.CompleteAsync();
            },
            async client => TestData.AssertSame(sent, await client.ReceiveToEndAsync()));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Complete_Twice_IsNothingMore(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            await connection.Transport.Output.WriteAsync(Letters);
            await connection.Transport.Output.CompleteAsync();
            await connection.Transport.Output.CompleteAsync();
        },
        static async client => Assert.Equal(Letters, await client.ReceiveToEndAsync()));

    [Theory, MemberData(nameof(All))]
    public async Task Write_AfterComplete_Throws(TestedTransport transport) => await ServeAsync(transport, static async connection =>
    {
        PipeWriter output = connection.Transport.Output;
        await output.CompleteAsync();
        Assert.Throws<InvalidOperationException>(() => output.GetMemory(1));
        Assert.Throws<InvalidOperationException>(() => output.GetSpan(1));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await output.WriteAsync(Letters));
    });

    [Theory, MemberData(nameof(All))]
    public async Task Complete_WithError_ResetsTheClientSoThatItTakesNoPartForTheWhole(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            await connection.Transport.Output.CompleteAsync(new InvalidOperationException("broken"));
            await Assert.ThrowsAnyAsync<Exception>(() => connection.Transport.Input.ReadAsync().AsTask().OrHang());
        },
        static async client =>
        {
            SocketException exception = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveToEndAsync());
            Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        });

    /// <summary>Kestrel's own transport closes both directions; hence <c>IHalfCloseFeature</c>.</summary>
    [Theory, MemberData(nameof(OnSockets))]
    public async Task Complete_OnSockets_EndsTheInputToo(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            await connection.Transport.Output.WriteAsync(Letters);
            await connection.Transport.Output.CompleteAsync();
            await Assert.ThrowsAsync<ConnectionAbortedException>(() => connection.Transport.Input.ReadAsync().AsTask().OrHang());
        },
        static async client => Assert.Equal(Letters, await client.ReceiveToEndAsync()));

    [Theory, MemberData(nameof(OnEpoll))]
    public async Task Complete_OnEpoll_IsAHalfCloseAndTheClientCanStillSend(TestedTransport transport)
    {
        byte[] sent = TestData.Bytes(1_000_000);
        await ConverseAsync(
            transport,
            async connection =>
            {
                await connection.Transport.Output.WriteAsync(sent);
                await connection.Transport.Output.CompleteAsync();
                Assert.Equal(Letters, await connection.Transport.Input.ReadToEndAsync());
            },
            async client =>
            {
                TestData.AssertSame(sent, await client.ReceiveToEndAsync());
                await client.SendAllAsync(Letters);
                client.Shutdown(SocketShutdown.Send);
            });
    }
}
