using System.Buffers;
using System.IO.Pipelines;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>A handler's side of a connection.</summary>
internal static class PipeExtensions
{
    /// <summary>Reads without consuming until there are so many bytes, or the end.</summary>
    public static async Task<ReadResult> ReadUntilAsync(this PipeReader reader, int bytes)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync().AsTask().OrHang();
            if (result.Buffer.Length >= bytes || result.IsCompleted)
            {
                return result;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Everything up to the client's FIN.</summary>
    public static async Task<byte[]> ReadToEndAsync(this PipeReader reader)
    {
        using var all = new MemoryStream();
        while (true)
        {
            ReadResult result = await reader.ReadAsync().AsTask().OrHang();
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                all.Write(segment.Span);
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return all.ToArray();
            }
        }
    }

    /// <summary>Reads, and consumes what there is, which must be this.</summary>
    public static async Task ExpectAsync(this PipeReader reader, byte[] expected)
    {
        ReadResult result = await reader.ReadUntilAsync(expected.Length);
        Assert.Equal(expected, result.Buffer.ToArray());
        Assert.False(result.IsCanceled);
        reader.AdvanceTo(result.Buffer.End);
    }

    /// <summary>Puts bytes into the writer without flushing, through as many buffers as it takes.</summary>
    public static void Put(this PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> span = writer.GetSpan();
            int count = Math.Min(span.Length, bytes.Length);
            bytes[..count].CopyTo(span);
            writer.Advance(count);
            bytes = bytes[count..];
        }
    }
}
