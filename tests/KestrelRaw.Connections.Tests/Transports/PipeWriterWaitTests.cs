using System.IO.Pipelines;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>A flush that waits for the client, and what ends it.</summary>
public sealed class PipeWriterWaitTests : TransportTests
{
    /// <summary>More than all the buffers between here and the client hold: writing it must wait for the client.</summary>
    private static readonly byte[] TooMuch = TestData.Bytes(64 * 1024 * 1024);

    private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory, MemberData(nameof(All))]
    public async Task CancelPendingFlush_BeforeTheFlush_CancelsThatOneAndSendsAll(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeWriter output = connection.Transport.Output;
            output.CancelPendingFlush();
            output.Put("abc"u8);
            Assert.True((await output.FlushAsync()).IsCanceled);
            Assert.False((await output.WriteAsync("def"u8.ToArray())).IsCanceled);
        },
        static async client => Assert.Equal("abcdef"u8.ToArray(), await client.ReceiveToEndAsync()));

    [Theory, MemberData(nameof(All))]
    public async Task CancelPendingFlush_DuringTheWait_EndsItAndLosesNothing(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            PipeWriter output = connection.Transport.Output;
            ValueTask<FlushResult> flushing = Overfill(output);
            output.CancelPendingFlush();
            FlushResult result = await flushing;
            Assert.True(result.IsCanceled);
            Assert.False(result.IsCompleted);
            _stuck.SetResult();
            Assert.False((await output.WriteAsync("end"u8.ToArray())).IsCanceled);
        },
        ReceiveAllWhenStuckAsync);

    [Theory, MemberData(nameof(All))]
    public async Task FlushAsync_TokenIsCancelledDuringTheWait_ThrowsAndLosesNothing(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            using var cancel = new CancellationTokenSource();
            PipeWriter output = connection.Transport.Output;
            ValueTask<FlushResult> flushing = Overfill(output, cancel.Token);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flushing.AsTask().OrHang());
            _stuck.SetResult();
            await output.WriteAsync("end"u8.ToArray());
        },
        ReceiveAllWhenStuckAsync);

    [Theory, MemberData(nameof(All))]
    public async Task FlushAsync_TokenIsCancelledAlready_ThrowsAndTheBytesGoWithTheNext(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeWriter output = connection.Transport.Output;
            output.Put("abc"u8);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await output.FlushAsync(new CancellationToken(canceled: true)));
            await output.WriteAsync("def"u8.ToArray());
        },
        static async client => Assert.Equal("abcdef"u8.ToArray(), await client.ReceiveToEndAsync()));

    [Theory, MemberData(nameof(All))]
    public async Task WriteAsync_TheClientReadsAgain_GoesOn(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            ValueTask<FlushResult> flushing = Overfill(connection.Transport.Output);
            _stuck.SetResult();
            FlushResult result = await flushing;
            Assert.False(result.IsCanceled || result.IsCompleted);
            await connection.Transport.Output.WriteAsync("end"u8.ToArray());
        },
        ReceiveAllWhenStuckAsync);

    [Theory, MemberData(nameof(All))]
    public async Task WriteAsync_ClientResets_IsCompletedAndNoException(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            await WriteUntilCompletedAsync(connection.Transport.Output);
            Assert.True((await connection.Transport.Output.WriteAsync(TooMuch.AsMemory(0, 100_000))).IsCompleted);
        },
        static async client =>
        {
            await client.ReceiveExactlyAsync(100_000);
            client.Reset();
        });

    [Theory, MemberData(nameof(All))]
    public async Task WriteAsync_ClientResetsDuringTheWait_IsCompletedAndNoException(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            ValueTask<FlushResult> flushing = Overfill(connection.Transport.Output);
            _stuck.SetResult();
            Assert.True((await flushing.AsTask().OrHang()).IsCompleted);
        },
        async client =>
        {
            await _stuck.Task.OrHang();
            client.Reset();
        });

    [Theory, MemberData(nameof(All))]
    public async Task WriteAsync_ClientCloses_IsCompletedAndNoException(TestedTransport transport) => await ConverseAsync(
        transport,
        static connection => WriteUntilCompletedAsync(connection.Transport.Output),
        static client =>
        {
            client.Close();
            return Task.CompletedTask;
        });

    [Theory, MemberData(nameof(All))]
    public async Task WriteAsync_AbortDuringTheWait_EndsTheWait(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            ValueTask<FlushResult> flushing = Overfill(connection.Transport.Output);
            connection.Abort(new ConnectionAbortedException("enough"));
            Assert.True((await flushing.AsTask().OrHang()).IsCompleted);
            _stuck.SetResult();
        },
        async client =>
        {
            await _stuck.Task.OrHang();
            await Assert.ThrowsAsync<SocketException>(() => client.ReceiveToEndAsync());
        });

    private static async Task WriteUntilCompletedAsync(PipeWriter output)
    {
        for (int written = 0; !(await output.WriteAsync(TooMuch.AsMemory(written, 100_000)).AsTask().OrHang()).IsCompleted; written += 100_000)
        {
            Assert.True(written < TooMuch.Length - 200_000, "The writer never heard that the client is gone.");
        }
    }

    private static ValueTask<FlushResult> Overfill(PipeWriter output, CancellationToken cancellationToken = default)
    {
        ValueTask<FlushResult> flushing = output.WriteAsync(TooMuch, cancellationToken);
        Assert.False(flushing.IsCompleted);
        return flushing;
    }

    private async Task ReceiveAllWhenStuckAsync(Socket client)
    {
        await _stuck.Task.OrHang();
        byte[] received = await client.ReceiveToEndAsync();
        TestData.AssertSame([.. TooMuch, .. "end"u8], received);
    }
}
