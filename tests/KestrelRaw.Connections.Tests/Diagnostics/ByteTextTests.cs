using System.Buffers;
using KestrelRaw.Connections.Diagnostics;

namespace KestrelRaw.Connections.Tests.Diagnostics;

public sealed class ByteTextTests
{
    [Fact]
    public void Escape_AnyBytes_IsSafeToPrint() =>
        Assert.Equal(@"GET /\r\n\t\\\x00\x1b\x7f\xff", ByteText.Escape(new ReadOnlySequence<byte>([.. "GET /\r\n\t\\"u8, 0, 0x1b, 0x7f, 0xff])));

    [Fact]
    public void Escape_More_IsCutOff()
    {
        string text = ByteText.Escape(new ReadOnlySequence<byte>([.. Enumerable.Repeat((byte)'a', ByteText.MaxBytes + 1)]));
        Assert.Equal(new string('a', ByteText.MaxBytes) + "...", text);
    }
}
