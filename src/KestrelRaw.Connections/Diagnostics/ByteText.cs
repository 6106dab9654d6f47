using System.Buffers;
using System.Globalization;
using System.Text;

namespace KestrelRaw.Connections.Diagnostics;

/// <summary>Bytes from a stranger as text that is safe on a terminal and in a log file.</summary>
public static class ByteText
{
    /// <summary>More is cut off: a log line is no dump.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Printable ASCII as it is, the rest as <c>\r</c>, <c>\n</c>, <c>\t</c>, <c>\\</c> or <c>\x1b</c>.</summary>
    public static string Escape(in ReadOnlySequence<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (byte value in bytes.Slice(0, Math.Min(bytes.Length, MaxBytes)).ToArray())
        {
            text = value switch
            {
                (byte)'\r' => text.Append(@"\r"),
                (byte)'\n' => text.Append(@"\n"),
                (byte)'\t' => text.Append(@"\t"),
                (byte)'\\' => text.Append(@"\\"),
                >= 0x20 and < 0x7f => text.Append((char)value),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
            };
        }

        return bytes.Length > MaxBytes ? text.Append("...").ToString() : text.ToString();
    }
}
