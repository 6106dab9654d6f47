using System.Text;
using System.Text.Unicode;

namespace KestrelRaw.Work.MongoDb;

/// <summary>
/// Which document a request asks for. That is its first line without the blanks around it; of one that looks like HTTP
/// (<c>GET /17?x=y HTTP/1.1</c>) the path without its first slash and its query, percent-decoded.
/// </summary>
internal static class DocumentId
{
    /// <summary>What MongoDB's index keys were bounded to before 4.2; an id that is longer is none.</summary>
    public const int MaxBytes = 1024;

    /// <returns>Null when no document can have such an id: it is too long, or no UTF-8.</returns>
    public static string? Read(ReadOnlySpan<byte> request)
    {
        int end = request.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? request : request[..end];
        line = line[Ascii.Trim(line)];
        bool isHttp = TryReadPath(line, out ReadOnlySpan<byte> path);
        ReadOnlySpan<byte> id = isHttp ? path : line;
        if (id.Length > MaxBytes || !Utf8.IsValid(id))
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(id);
        return isHttp ? Uri.UnescapeDataString(text) : text;
    }

    /// <summary>METHOD SP /PATH SP HTTP/VERSION.</summary>
    private static bool TryReadPath(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> path)
    {
        path = default;
        int first = line.IndexOf((byte)' ');
        int last = line.LastIndexOf((byte)' ');
        if (first <= 0 || last <= first || line[..first].ContainsAnyExceptInRange((byte)'A', (byte)'Z') || !line[(last + 1)..].StartsWith("HTTP/"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> target = line[(first + 1)..last];
        if (!target.StartsWith("/"u8))
        {
            return false;
        }

        int query = target.IndexOf((byte)'?');
        path = target[1..(query < 0 ? target.Length : query)];
        return true;
    }
}
