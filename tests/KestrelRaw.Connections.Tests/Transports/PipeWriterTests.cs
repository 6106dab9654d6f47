using System.IO.Pipelines;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>What a writer hands out, takes and sends.</summary>
public sealed class PipeWriterTests : TransportTests
{
    private static readonly byte[] Letters = "abcdef"u8.ToArray();

    [Theory, MemberData(nameof(All))]
    public async Task GetMemory_EachSizeHint_IsAtLeastSoLargeAndArrives(TestedTransport transport)
    {
        int[] sizes = [0, 1, 4096, 4097, 1024 * 1024, 1];
        byte[] sent = TestData.Bytes(sizes.Sum());
        await ConverseAsync(
            transport,
            async connection =>
            {
                PipeWriter output = connection.Transport.Output;
                int position = 0;
                foreach (int size in sizes)
                {
                    Assert.NotEqual(0, output.GetSpan(size).Length);
                    Memory<byte> memory = output.GetMemory(size);
                    Assert.InRange(memory.Length, Math.Max(size, 1), int.MaxValue);
                    sent.AsSpan(position, size).CopyTo(memory.Span);
                    output.Advance(size);
                    position += size;
                }

                await output.FlushAsync();
            },
            async client => TestData.AssertSame(sent, await client.ReceiveToEndAsync()));
    }

    [Theory, MemberData(nameof(All))]
    public async Task Advance_MoreThanWasGivenOrLessThanNothing_ThrowsAndTheWriterIsUsable(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeWriter output = connection.Transport.Output;
            int length = output.GetMemory().Length;
            Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(length + 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(-1));
            await output.WriteAsync(Letters);
        },
        static async client => Assert.Equal(Letters, await client.ReceiveToEndAsync()));

    [Theory, MemberData(nameof(All))]
    public async Task FlushAsync_NothingWritten_IsNoneAndCompletesAtOnce(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeWriter output = connection.Transport.Output;
            output.GetMemory(10);
            output.Advance(0);
            foreach (ValueTask<FlushResult> flush in new[] { output.FlushAsync(), output.WriteAsync(ReadOnlyMemory<byte>.Empty) })
            {
                Assert.True(flush.IsCompleted);
                FlushResult result = await flush;
                Assert.False(result.IsCanceled || result.IsCompleted);
            }

            await output.WriteAsync(Letters);
        },
        static async client => Assert.Equal(Letters, await client.ReceiveToEndAsync()));

    [Theory, MemberData(nameof(All))]
    public async Task FlushAsync_ManySmallWritesBeforeIt_ArriveInOrder(TestedTransport transport)
    {
        byte[] sent = TestData.Bytes(100_000);
        await ConverseAsync(
            transport,
            async connection =>
            {
                PipeWriter output = connection.Transport.Output;
                for (int i = 0; i < sent.Length; i++)
                {
                    output.GetSpan(1)[0] = sent[i];
                    output.Advance(1);
                }

                await output.FlushAsync();
            },
            async client => TestData.AssertSame(sent, await client.ReceiveToEndAsync()));
    }

    [Theory, MemberData(nameof(All))]
    public async Task WriteAsync_ManyOfManySizes_ArriveInOrder(TestedTransport transport)
    {
        byte[] sent = TestData.Bytes(3_000_000);
        int[] sizes = [1, 100, 4095, 4096, 4097, 70_001];
        await ConverseAsync(
            transport,
            async connection =>
            {
                for (int position = 0, i = 0; position < sent.Length; i++)
                {
                    int size = Math.Min(sizes[i % sizes.Length], sent.Length - position);
                    await connection.Transport.Output.WriteAsync(sent.AsMemory(position, size));
                    position += size;
                }
            },
            async client => TestData.AssertSame(sent, await client.ReceiveToEndAsync()));
    }

    [Theory, MemberData(nameof(All))]
    public async Task WriteAsync_TheCallersBufferIsUsedAgain_SendsWhatItHeld(TestedTransport transport)
    {
        const int Rounds = 200;
        const int Size = 50_000;
        await ConverseAsync(
            transport,
            static async connection =>
            {
                byte[] buffer = new byte[Size];
                for (int i = 0; i < Rounds; i++)
                {
                    buffer.AsSpan().Fill((byte)i);
                    await connection.Transport.Output.WriteAsync(buffer);
                    buffer.AsSpan().Fill(255);
                }
            },
            static async client =>
            {
                byte[] received = await client.ReceiveToEndAsync();
                Assert.Equal(Rounds * Size, received.Length);
                Assert.All(received.Chunk(Size).Index(), static round => Assert.False(round.Item.AsSpan().ContainsAnyExcept((byte)round.Index)));
            });
    }

    [Theory, MemberData(nameof(All))]
    public async Task WriteAsync_LargeToASlowReader_ArrivesWhole(TestedTransport transport)
    {
        byte[] sent = TestData.Bytes(32 * 1024 * 1024);
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await ConverseAsync(
            transport,
            async connection =>
            {
                ValueTask<FlushResult> writing = connection.Transport.Output.WriteAsync(sent);
                Assert.False(writing.IsCompleted);
                stuck.SetResult();
                Assert.False((await writing).IsCanceled);
            },
            async client =>
            {
                // More than the kernel's buffers take. A small receive buffer would not do: below the segment size of loopback
                // the window opens by the sender's probes only, five times a second.
                await stuck.Task.OrHang();
                TestData.AssertSame(sent, await client.ReceiveToEndAsync(piece: 7_531));
            });
    }

    [Theory, MemberData(nameof(All))]
    public async Task UnflushedBytes_BetweenWritesAndFlushes_CountsWhatWaits(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeWriter output = connection.Transport.Output;
            Assert.True(output.CanGetUnflushedBytes);
            Assert.Equal(0, output.UnflushedBytes);
            output.Put(Letters);
            Assert.Equal(6, output.UnflushedBytes);
            output.Put(new byte[10_000]);
            Assert.Equal(10_006, output.UnflushedBytes);
            await output.FlushAsync();
            Assert.Equal(0, output.UnflushedBytes);
        },
        static async client => Assert.Equal(10_006, (await client.ReceiveToEndAsync()).Length));

    [Theory, MemberData(nameof(All))]
    public async Task ReadAndWrite_OnTwoThreads_DoNotMeet(TestedTransport transport)
    {
        byte[] bytes = TestData.Bytes(4 * 1024 * 1024);
        await ConverseAsync(
            transport,
            async connection => await BothAsync(
                Task.Run(async () => TestData.AssertSame(bytes, await connection.Transport.Input.ReadToEndAsync())),
                Task.Run(async () =>
                {
                    for (int position = 0; position < bytes.Length; position += 8_192)
                    {
                        await connection.Transport.Output.WriteAsync(bytes.AsMemory(position, 8_192));
                    }
                })),
            async client =>
            {
                Task<byte[]> receiving = client.ReceiveToEndAsync();
                await client.SendAllAsync(bytes);
                client.Shutdown(SocketShutdown.Send);
                TestData.AssertSame(bytes, await receiving);
            });
    }
}
