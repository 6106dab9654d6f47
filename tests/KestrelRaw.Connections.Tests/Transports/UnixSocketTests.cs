using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>Unix domain sockets, which know no RST and report their end in another way than TCP.</summary>
public sealed class UnixSocketTests : TransportTests
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static EndPoint AnyPath => new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.sock"));

    [Theory, MemberData(nameof(All))]
    public async Task Echo_Large_ComesBackWhole(TestedTransport transport)
    {
        byte[] sent = TestData.Bytes(3 * 1024 * 1024);
        await ConverseAsync(
            transport,
            static connection => connection.Transport.Input.CopyToAsync(connection.Transport.Output),
            async client =>
            {
                Task<byte[]> receiving = client.ReceiveToEndAsync();
                await client.SendAllAsync(sent);
                client.Shutdown(SocketShutdown.Send);
                byte[] received = await receiving;
                TestData.AssertSame(sent, received);
            },
            AnyPath);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Abort_DuringARead_EndsTheReadAndTheClient(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            ValueTask<ReadResult> reading = connection.Transport.Input.ReadAsync();
            connection.Abort(new ConnectionAbortedException("enough"));
            await Assert.ThrowsAsync<ConnectionAbortedException>(() => reading.AsTask().OrHang());
        },
        static client => client.DrainAsync(),
        AnyPath);

    [Theory, MemberData(nameof(All))]
    public async Task ConnectionClosed_ClientCloses_IsCancelledAndTheReadEnds(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (connection.ConnectionClosed.UnsafeRegister(static state => ((TaskCompletionSource)state!).SetResult(), closed))
            {
                ValueTask<ReadResult> reading = connection.Transport.Input.ReadAsync();
                _ready.SetResult();
                Assert.True((await reading.AsTask().OrHang()).IsCompleted);
                await closed.Task.OrHang();
            }
        },
        async client =>
        {
            await _ready.Task.OrHang();
            client.Close();
        },
        AnyPath);

    [Theory, MemberData(nameof(All))]
    public async Task WriteAsync_ClientHasClosed_IsCompletedAndNoException(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            await _ready.Task.OrHang();
            using var giveUp = new CancellationTokenSource(Until.Patience);
            while (!(await connection.Transport.Output.WriteAsync(new byte[1_000], giveUp.Token)).IsCompleted)
            {
            }
        },
        client =>
        {
            client.Close();
            _ready.SetResult();
            return Task.CompletedTask;
        },
        AnyPath);
}
