using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>Positions: what is consumed, what is examined, and what a reader may not do.</summary>
public sealed class PipeReaderTests : TransportTests
{
    private static readonly byte[] Letters = "abcdef"u8.ToArray();

    [Theory, MemberData(nameof(All))]
    public async Task AdvanceTo_PartOfWhatIsThere_LeavesTheRestForTheNextReadAtOnce(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeReader input = connection.Transport.Input;
            ReadResult result = await input.ReadUntilAsync(6);
            input.AdvanceTo(result.Buffer.GetPosition(2));

            ValueTask<ReadResult> reading = input.ReadAsync();
            Assert.True(reading.IsCompleted);
            result = await reading;
            Assert.Equal("cdef"u8, result.Buffer.ToArray());
            input.AdvanceTo(result.Buffer.Start, result.Buffer.GetPosition(3));

            Assert.True(input.TryRead(out result));
            Assert.Equal("cdef"u8, result.Buffer.ToArray());
            input.AdvanceTo(result.Buffer.End);
        },
        static client => client.SendAllAsync(Letters));

    [Theory, MemberData(nameof(All))]
    public async Task AdvanceTo_AllExamined_WaitsForMoreAndGivesOldAndNew(TestedTransport transport)
    {
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await ConverseAsync(
            transport,
            async connection =>
            {
                PipeReader input = connection.Transport.Input;
                ReadResult result = await input.ReadUntilAsync(6);
                input.AdvanceTo(result.Buffer.GetPosition(2), result.Buffer.End);
                Assert.False(input.TryRead(out _));
                ValueTask<ReadResult> reading = input.ReadAsync();
                Assert.False(reading.IsCompleted);
                waits.SetResult();
                result = await reading;
                Assert.Equal("cdefg"u8, result.Buffer.ToArray());
                input.AdvanceTo(result.Buffer.End);
            },
            async client =>
            {
                await client.SendAllAsync(Letters);
                await waits.Task.OrHang();
                await client.SendAllAsync("g"u8.ToArray());
            });
    }

    [Theory, MemberData(nameof(All))]
    public async Task AdvanceTo_OneByteAfterTheOtherAcrossBlocks_KeepsTheOrder(TestedTransport transport)
    {
        byte[] sent = TestData.Bytes(20_000);
        await ConverseAsync(
            transport,
            async connection =>
            {
                PipeReader input = connection.Transport.Input;
                var received = new List<byte>();
                while (received.Count < sent.Length)
                {
                    ReadResult result = await input.ReadAsync();
                    received.Add(result.Buffer.FirstSpan[0]);
                    input.AdvanceTo(result.Buffer.GetPosition(1));
                }

                Assert.Equal(sent, received);
            },
            client => client.SendAllAsync(sent));
    }

    [Theory, MemberData(nameof(All))]
    public async Task ReadAsync_NothingConsumedOfManyBlocks_GivesThemAllInOrder(TestedTransport transport)
    {
        byte[] sent = TestData.Bytes(300_000);
        await ConverseAsync(
            transport,
            async connection =>
            {
                PipeReader input = connection.Transport.Input;
                ReadResult result = await input.ReadUntilAsync(sent.Length);
                Assert.Equal(sent, result.Buffer.ToArray());

                // From the middle of one block to the middle of another.
                Assert.Equal(sent[5_000..250_000], result.Buffer.Slice(5_000, 245_000).ToArray());
                input.AdvanceTo(result.Buffer.GetPosition(250_000));
                await input.ExpectAsync(sent[250_000..]);
            },
            client => client.SendAllAsync(sent));
    }

    [Theory, MemberData(nameof(All))]
    public async Task AdvanceTo_ExaminedBeforeConsumed_Throws(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeReader input = connection.Transport.Input;
            ReadResult result = await input.ReadUntilAsync(6);
            Assert.Throws<InvalidOperationException>(() => input.AdvanceTo(result.Buffer.End, result.Buffer.Start));
        },
        static client => client.SendAllAsync(Letters));

    [Theory, MemberData(nameof(All))]
    public async Task AdvanceTo_PositionsOfAForeignBuffer_Throws(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeReader input = connection.Transport.Input;
            await input.ReadUntilAsync(6);
            var foreign = new ReadOnlySequence<byte>(new byte[100]);
            Assert.ThrowsAny<Exception>(() => input.AdvanceTo(foreign.End));
        },
        static client => client.SendAllAsync(Letters));

    [Theory, MemberData(nameof(All))]
    public async Task AdvanceTo_WithoutARead_Throws(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeReader input = connection.Transport.Input;
            Assert.Throws<InvalidOperationException>(() => input.AdvanceTo(default));
            ReadResult result = await input.ReadUntilAsync(6);
            input.AdvanceTo(result.Buffer.GetPosition(3));
            Assert.Throws<InvalidOperationException>(() => input.AdvanceTo(result.Buffer.GetPosition(4)));
        },
        static client => client.SendAllAsync(Letters));

    [Theory, MemberData(nameof(All))]
    public async Task ReadAsync_TwiceWithoutAdvanceTo_Throws(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeReader input = connection.Transport.Input;
            await input.ReadAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await input.ReadAsync());
            Assert.Throws<InvalidOperationException>(() => input.TryRead(out _));
        },
        static client => client.SendAllAsync(Letters));

    [Theory, MemberData(nameof(All))]
    public async Task ReadAsync_AfterComplete_Throws(TestedTransport transport) => await ServeAsync(transport, static async connection =>
    {
        PipeReader input = connection.Transport.Input;
        await input.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await input.ReadAsync());
        Assert.Throws<InvalidOperationException>(() => input.TryRead(out _));
    });

    [Theory, MemberData(nameof(All))]
    public async Task Complete_WithAndWithoutError_LeavesTheOutputUsable(TestedTransport transport)
    {
        foreach (Exception? error in new[] { null, new InvalidOperationException("enough") })
        {
            await ConverseAsync(
                transport,
                async connection =>
                {
                    await connection.Transport.Input.CompleteAsync(error);
                    await connection.Transport.Output.WriteAsync(Letters);
                },
                static async client => Assert.Equal(Letters, await client.ReceiveToEndAsync()));
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task TryRead_NothingThere_IsFalseUntilSomethingComes(TestedTransport transport)
    {
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await ConverseAsync(
            transport,
            async connection =>
            {
                PipeReader input = connection.Transport.Input;
                Assert.False(input.TryRead(out _));
                looked.SetResult();
                ReadResult result = await input.ReadUntilAsync(6);
                input.AdvanceTo(result.Buffer.Start);
                Assert.True(input.TryRead(out result));
                Assert.Equal(Letters, result.Buffer.ToArray());
                input.AdvanceTo(result.Buffer.End);
                Assert.False(input.TryRead(out _));
            },
            async client =>
            {
                await looked.Task.OrHang();
                await client.SendAllAsync(Letters);
            });
    }

    [Theory, MemberData(nameof(All))]
    public async Task TryRead_PolledWithoutAnyReadAsync_SeesDataAndTheEnd(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeReader input = connection.Transport.Input;
            int received = 0;
            bool isCompleted = false;
            await Until.TrueAsync(() =>
            {
                if (input.TryRead(out ReadResult result))
                {
                    received += (int)result.Buffer.Length;
                    isCompleted = result.IsCompleted;
                    input.AdvanceTo(result.Buffer.End);
                }

                return Task.FromResult(isCompleted);
            });
            Assert.Equal(6, received);
        },
        static async client =>
        {
            await client.SendAllAsync(Letters);
            client.Shutdown(SocketShutdown.Send);
        });

    [Theory, MemberData(nameof(All))]
    public async Task ReadAtLeastAsync_BytesComeOneByOne_WaitsForSoMany(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            PipeReader input = connection.Transport.Input;
            ReadResult result = await input.ReadAtLeastAsync(5);
            Assert.InRange(result.Buffer.Length, 5, 6);
            input.AdvanceTo(result.Buffer.GetPosition(5));
            result = await input.ReadAtLeastAsync(100);
            Assert.True(result.IsCompleted);
            Assert.Equal("f"u8, result.Buffer.ToArray());
            input.AdvanceTo(result.Buffer.End);
        },
        static async client =>
        {
            foreach (byte letter in Letters)
            {
                await client.SendAllAsync(new[] { letter });
            }

            client.Shutdown(SocketShutdown.Send);
        });
}
