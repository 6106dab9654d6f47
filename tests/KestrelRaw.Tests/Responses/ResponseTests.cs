using System.Text;
using KestrelRaw.Responses;

namespace KestrelRaw.Tests.Responses;

public sealed class ResponseTests
{
    [Fact]
    public void FromPreset_Http_IsWhatEveryHttpClientTakes() => Assert.Equal(
        ["HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nHello World!"],
        TextsOf(Response.FromPreset(ResponsePreset.Http)));

    [Fact]
    public void FromPreset_Article_IsThe47BytesOfTheThreadedServer()
    {
        var response = Response.FromPreset(ResponsePreset.Article);
        Assert.Equal(["http/1.0 200 OK\n" + new string(' ', 18) + "Hello World! "], TextsOf(response));
        Assert.Equal(47, response.Length);
    }

    [Fact]
    public void FromPreset_ArticleGevent_IsTheGeventServersTwoSends() => Assert.Equal(
        [
            "http/1.0 200 OK\n" + new string(' ', 18) + "Hello World! this is xiaorui.cc !!!",
            "GET index.html HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nServer: xiaorui.cc\n",
        ],
        TextsOf(Response.FromPreset(ResponsePreset.ArticleGevent)));

    [Fact]
    public void FromText_NotAscii_IsUtf8() => Assert.Equal("grüße"u8.ToArray(), Response.FromText("grüße").Sends[0].ToArray());

    private static IEnumerable<string> TextsOf(Response response) => response.Sends.Select(send => Encoding.ASCII.GetString(send.Span));
}
