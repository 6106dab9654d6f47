using System.Buffers.Binary;
using System.IO.Compression;
using HdrHistogram;
using HdrHistogram.Encoding;
using HdrHistogram.Utilities;

namespace LoadClient.Reporting.HdrLog;

/// <summary>
/// A histogram as the payload of a log's line: HdrHistogram's V2 encoding, compressed. Not the package's own compression:
/// that leaves out the stream's end and checksum, and strict readers (Python's zlib) then refuse it.
/// </summary>
internal static class HistogramPayload
{
    /// <summary>"V2, compressed", and the bit for trailing zeros left out that every implementation sets.</summary>
    private const int Cookie = 0x1c849314;

    private const int HeaderLength = 8;

    public static string Encode(HistogramBase histogram)
    {
        byte[] plain = EncodePlain(histogram);
        using var payload = new MemoryStream();
        payload.SetLength(HeaderLength);
        payload.Position = HeaderLength;
        using (var compressor = new ZLibStream(payload, CompressionLevel.Optimal, leaveOpen: true))
        {
            compressor.Write(plain);
        }

        Span<byte> bytes = payload.GetBuffer().AsSpan(0, (int)payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(bytes, Cookie);
        BinaryPrimitives.WriteInt32BigEndian(bytes[sizeof(int)..], bytes.Length - HeaderLength);
        return Convert.ToBase64String(bytes);
    }

    /// <exception cref="InvalidDataException">It is no such payload.</exception>
    public static HistogramBase Decode(string payload)
    {
        try
        {
            return HistogramEncoding.DecodeFromCompressedByteBuffer(ByteBuffer.Allocate(Convert.FromBase64String(payload)), 0);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The package meets bad bytes with whatever comes of them: a dozen types, IndexOutOfRange among them.
            throw new InvalidDataException($"it holds no histogram ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    private static byte[] EncodePlain(HistogramBase histogram)
    {
        var buffer = ByteBuffer.Allocate(histogram.GetNeededByteBufferCapacity());
        byte[] plain = new byte[histogram.Encode(buffer, HistogramEncoderV2.Instance)];
        buffer.Position = 0;
        for (int i = 0; i < plain.Length; i++)
        {
            plain[i] = buffer.Get();
        }

        return plain;
    }
}
