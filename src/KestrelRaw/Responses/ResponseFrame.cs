using System.Globalization;
using System.Text;

namespace KestrelRaw.Responses;

/// <summary>The responses whose body is found by the work, each in the form that a preset gives it.</summary>
internal static class ResponseFrame
{
    private const string Text = "text/plain; charset=utf-8";

    private const string Binary = "application/octet-stream";

    /// <summary>The body in the preset's frame.</summary>
    public static ReadOnlyMemory<byte> Found(ResponsePreset preset, ReadOnlySpan<byte> body, bool isText) =>
        Frame(preset, "200 OK", isText ? Text : Binary, body);

    /// <summary>What a client is told that asks for something that is not there.</summary>
    public static ReadOnlyMemory<byte> NotFound(ResponsePreset preset) => Frame(preset, "404 Not Found", Text, "not found\n"u8);

    /// <summary>What a client is told when the work has failed.</summary>
    public static ReadOnlyMemory<byte> Failure(ResponsePreset preset) => Frame(preset, "503 Service Unavailable", Text, "unavailable\n"u8);

    private static byte[] Frame(ResponsePreset preset, string status, string type, ReadOnlySpan<byte> body)
    {
        (string head, string tail) = preset switch
        {
            ResponsePreset.Http => (
                string.Create(CultureInfo.InvariantCulture, $"HTTP/1.0 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"),
                ""),
            ResponsePreset.Article => ($"http/1.0 {status}{Response.ArticleIndent}", ""),
            ResponsePreset.ArticleGevent => ($"http/1.0 {status}{Response.ArticleIndent}", Response.ArticleGeventTail),
            _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, "There is no such preset."),
        };
        return [.. Encoding.ASCII.GetBytes(head), .. body, .. Encoding.ASCII.GetBytes(tail)];
    }
}
