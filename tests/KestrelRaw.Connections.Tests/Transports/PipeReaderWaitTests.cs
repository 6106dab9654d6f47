using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>What ends a reader's wait: cancellation, the client's FIN, its RST, an abort.</summary>
public sealed class PipeReaderWaitTests : TransportTests
{
    private static readonly byte[] Letters = "abcdef"u8.ToArray();

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory, MemberData(nameof(All))]
    public async Task CancelPendingRead_BeforeTheRead_CancelsThatOneOnly(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            PipeReader input = connection.Transport.Input;
            input.CancelPendingRead();
            ReadResult result = await input.ReadAsync();
            Assert.True(result.IsCanceled);
            Assert.False(result.IsCompleted);
            input.AdvanceTo(result.Buffer.Start);
            _ready.SetResult();
            await input.ExpectAsync(Letters);
        },
        SendWhenReadyAsync);

    [Theory, MemberData(nameof(All))]
    public async Task CancelPendingRead_DuringTheWait_EndsItAndTheNextReadWorks(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            PipeReader input = connection.Transport.Input;
            for (int i = 0; i < 3; i++)
            {
                ValueTask<ReadResult> reading = input.ReadAsync();
                Assert.False(reading.IsCompleted);
                input.CancelPendingRead();
                ReadResult result = await reading;
                Assert.True(result.IsCanceled);
                Assert.True(result.Buffer.IsEmpty);
                input.AdvanceTo(result.Buffer.End);
            }

            _ready.SetResult();
            await input.ExpectAsync(Letters);
        },
        SendWhenReadyAsync);

    [Theory, MemberData(nameof(All))]
    public async Task CancelPendingRead_WithExaminedBytes_GivesThemAgain(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeReader input = connection.Transport.Input;
            ReadResult result = await input.ReadUntilAsync(6);
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            ValueTask<ReadResult> reading = input.ReadAsync();
            await Task.Run(input.CancelPendingRead);
            result = await reading;
            Assert.True(result.IsCanceled);
            Assert.Equal(Letters, result.Buffer.ToArray());
            input.AdvanceTo(result.Buffer.End);
        },
        static client => client.SendAllAsync(Letters));

    [Theory, MemberData(nameof(All))]
    public async Task ReadAsync_TokenIsCancelledAlready_ThrowsAndTheReaderIsUsable(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            PipeReader input = connection.Transport.Input;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await input.ReadAsync(new CancellationToken(canceled: true)));
            _ready.SetResult();
            await input.ExpectAsync(Letters);
        },
        SendWhenReadyAsync);

    [Theory, MemberData(nameof(All))]
    public async Task ReadAsync_TokenIsCancelledDuringTheWait_ThrowsAndTheReaderIsUsable(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            PipeReader input = connection.Transport.Input;
            for (int i = 0; i < 3; i++)
            {
                using var cancel = new CancellationTokenSource();
                ValueTask<ReadResult> reading = input.ReadAsync(cancel.Token);
                Assert.False(reading.IsCompleted);
                await cancel.CancelAsync();
                OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.AsTask().OrHang());
                Assert.Equal(cancel.Token, exception.CancellationToken);
            }

            _ready.SetResult();
            await input.ExpectAsync(Letters);
        },
        SendWhenReadyAsync);

    [Theory, MemberData(nameof(All))]
    public async Task ReadAsync_TokenIsCancelledAfterTheRead_ChangesNothing(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            PipeReader input = connection.Transport.Input;
            using var cancel = new CancellationTokenSource();
            _ready.SetResult();
            ReadResult result = await input.ReadAsync(cancel.Token);
            input.AdvanceTo(result.Buffer.Start);
            await cancel.CancelAsync();
            await input.ExpectAsync(Letters);
        },
        SendWhenReadyAsync);

    [Theory, MemberData(nameof(All))]
    public async Task ReadAsync_Fin_IsCompletedWithTheRestAsOftenAsAsked(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeReader input = connection.Transport.Input;
            ReadResult result = await input.ReadUntilAsync(int.MaxValue);
            for (int left = 6; left > 0; left--)
            {
                Assert.True(result.IsCompleted);
                Assert.Equal(Letters[^left..], result.Buffer.ToArray());
                input.AdvanceTo(result.Buffer.GetPosition(1), result.Buffer.End);
                result = await input.ReadAsync();
            }

            for (int i = 0; i < 3; i++)
            {
                Assert.True(result.IsCompleted);
                Assert.True(result.Buffer.IsEmpty);
                input.AdvanceTo(result.Buffer.End);
                result = await input.ReadAsync();
            }
        },
        static async client =>
        {
            await client.SendAllAsync(Letters);
            client.Shutdown(SocketShutdown.Send);
        });

    [Theory, MemberData(nameof(All))]
    public async Task ReadAsync_FinDuringTheWait_IsCompletedAndEmptyAndTheClientStillHears(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            ValueTask<ReadResult> reading = connection.Transport.Input.ReadAsync();
            Assert.False(reading.IsCompleted);
            _ready.SetResult();
            ReadResult result = await reading;
            Assert.True(result.IsCompleted);
            Assert.True(result.Buffer.IsEmpty);
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            await connection.Transport.Output.WriteAsync(Letters);
        },
        async client =>
        {
            await _ready.Task.OrHang();
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(Letters, await client.ReceiveToEndAsync());
        });

    [Theory, MemberData(nameof(All))]
    public async Task ReadAsync_RstDuringTheWait_ThrowsConnectionResetEachTime(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            PipeReader input = connection.Transport.Input;
            ValueTask<ReadResult> reading = input.ReadAsync();
            Assert.False(reading.IsCompleted);
            _ready.SetResult();
            await Assert.ThrowsAsync<ConnectionResetException>(() => reading.AsTask().OrHang());
            await Assert.ThrowsAsync<ConnectionResetException>(() => input.ReadAsync().AsTask().OrHang());
        },
        async client =>
        {
            await _ready.Task.OrHang();
            client.Reset();
        });

    [Theory, MemberData(nameof(All))]
    public async Task ReadAsync_AbortDuringTheWait_ThrowsConnectionAborted(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            ValueTask<ReadResult> reading = connection.Transport.Input.ReadAsync();
            Assert.False(reading.IsCompleted);
            connection.Abort(new ConnectionAbortedException("enough"));
            await Assert.ThrowsAsync<ConnectionAbortedException>(() => reading.AsTask().OrHang());
            await Assert.ThrowsAsync<ConnectionAbortedException>(() => connection.Transport.Input.ReadAsync().AsTask().OrHang());
        },
        static async client =>
        {
            SocketException exception = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveToEndAsync());
            Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        });

    private async Task SendWhenReadyAsync(Socket client)
    {
        await _ready.Task.OrHang();
        await client.SendAllAsync(Letters);
    }
}
