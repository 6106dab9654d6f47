using System.Text;
using KestrelRaw.Work.MongoDb;

namespace KestrelRaw.Tests.MongoDb;

public sealed class DocumentIdTests
{
    [Theory]
    [InlineData("17", "17")]
    [InlineData("17\n", "17")]
    [InlineData("  17 \t\r\nmore", "17")]
    [InlineData("two words", "two words")]
    [InlineData("Grüße", "Grüße")]
    [InlineData("100%25", "100%25")]
    [InlineData("", "")]
    [InlineData("\n17", "")]
    public void Read_APlainLine_IsTheLineWithoutBlanksAroundIt(string request, string id) => Assert.Equal(id, Read(request));

    [Theory]
    [InlineData("GET /17 HTTP/1.1\r\nHost: x\r\n\r\n", "17")]
    [InlineData("GET /17?cache=no&x=/y HTTP/1.0\r\n\r\n", "17")]
    [InlineData("POST /a/b HTTP/1.1", "a/b")]
    [InlineData("GET / HTTP/1.1", "")]
    [InlineData("GET /Gr%C3%BC%C3%9Fe%20%2F HTTP/1.1", "Grüße /")]
    [InlineData("GET /a b HTTP/1.1", "a b")]
    [InlineData("GET //17 HTTP/1.1", "/17")]
    public void Read_ARequestLine_IsThePathDecoded(string request, string id) => Assert.Equal(id, Read(request));

    [Theory]
    [InlineData("GET /17")]
    [InlineData("get /17 HTTP/1.1")]
    [InlineData("GET 17 HTTP/1.1")]
    [InlineData("GET /17 FTP/1.1")]
    [InlineData("/17 HTTP/1.1")]
    [InlineData("HTTP/1.1")]
    public void Read_WhatIsNoRequestLine_IsTakenAsItIs(string request) => Assert.Equal(request, Read(request));

    [Fact]
    public void Read_TooLong_IsNoId()
    {
        Assert.Equal(new string('x', DocumentId.MaxBytes), Read(new string('x', DocumentId.MaxBytes)));
        Assert.Null(Read(new string('x', DocumentId.MaxBytes + 1)));
    }

    [Fact]
    public void Read_NoUtf8_IsNoId() => Assert.Null(DocumentId.Read([0x31, 0xff, 0xfe]));

    private static string? Read(string request) => DocumentId.Read(Encoding.UTF8.GetBytes(request));
}
