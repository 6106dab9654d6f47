using System.Collections.Immutable;
using System.Text;

namespace KestrelRaw.Responses;

/// <summary>The bytes that every connection of an endpoint gets. Built once, at start.</summary>
/// <param name="Name">What the log calls it.</param>
/// <param name="Sends">One buffer a send, in order.</param>
internal sealed record Response(string Name, ImmutableArray<ReadOnlyMemory<byte>> Sends)
{
    /// <summary>What the article's servers have between the status and the body.</summary>
    public const string ArticleIndent = "\n                  ";

    /// <summary>The article's gevent server sent this by mistake, after its response: it belongs to the experiment.</summary>
    public const string ArticleGeventTail = "GET index.html HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nServer: xiaorui.cc\n";

    private const string ArticleStart = $"http/1.0 200 OK{ArticleIndent}Hello World! ";

    /// <summary>The preset that it is; null: the user's own bytes.</summary>
    public ResponsePreset? Preset { get; private init; }

    public long Length => Sends.Sum(send => (long)send.Length);

    public static Response FromPreset(ResponsePreset preset) => Create(preset) with { Preset = preset };

    public static Response FromText(string text) => FromTexts("Text", text);

    public static Response FromBytes(string name, ReadOnlyMemory<byte> bytes) => new(name, [bytes]);

    private static Response Create(ResponsePreset preset) => preset switch
    {
        ResponsePreset.Http => FromTexts(
            nameof(ResponsePreset.Http),
            "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nHello World!"),
        ResponsePreset.Article => FromTexts(nameof(ResponsePreset.Article), ArticleStart),
        ResponsePreset.ArticleGevent => FromTexts(
            nameof(ResponsePreset.ArticleGevent),
            ArticleStart + "this is xiaorui.cc !!!",
            ArticleGeventTail),
        _ => throw new ArgumentOutOfRangeException(nameof(preset), preset, "There is no such preset."),
    };

    private static Response FromTexts(string name, params ReadOnlySpan<string> sends)
    {
        var buffers = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(sends.Length);
        foreach (string send in sends)
        {
            buffers.Add(Encoding.UTF8.GetBytes(send));
        }

        return new Response(name, buffers.MoveToImmutable());
    }
}
