using System.Text;
using LoadClient.Responses;

namespace LoadClient.Tests.Responses;

public sealed class HttpHeadTests
{
    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\n", 200, 12L)]
    [InlineData("HTTP/1.1 404 Not Found\r\ncontent-length:0\r\n\r\n", 404, 0L)]
    [InlineData("HTTP/1.0 200 OK\nCONTENT-LENGTH: \t7\n\n", 200, 7L)]
    [InlineData("HTTP/1.0 503 Busy\r\n\r\n", 503, null)]
    [InlineData("http/1.0 200\r\n\r\n", 200, null)]
    [InlineData("HTTP/1.0 200 OK\r\nX-Content-Length: 5\r\nContent-Lengths: 6\r\n Content-Length: 7\r\n\r\n", 200, null)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: many\r\n\r\n", 200, null)]
    [InlineData("HTTP/1.0 200 Content-Length: 5\r\n\r\n", 200, null)]
    [InlineData("Hello\r\n\r\n", 0, null)]
    public void Read_CutAtEveryPosition_IsTheSame(string head, int status, long? length)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(head + "\r\n\r\nContent-Length: 99\r\n\r\n");
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var state = default(HttpHead);
            int taken = state.Read(bytes.AsSpan(0, cut));
            if (!state.IsComplete)
            {
                Assert.Equal(cut, taken);
                taken += state.Read(bytes.AsSpan(cut));
            }

            Assert.Equal((true, head.Length, status, length), (state.IsComplete, taken, state.Status, state.ContentLength));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.0 200 OK\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 12\r\n")]
    [InlineData("\r\n")]
    public void Read_NoBlankLine_IsNotComplete(string head)
    {
        var state = default(HttpHead);

        Assert.Equal(head.Length, state.Read(Encoding.ASCII.GetBytes(head)));
        Assert.False(state.IsComplete);
    }

    [Fact]
    public void Read_LengthBeyondAllNumbers_DoesNotOverflow()
    {
        var state = default(HttpHead);
        state.Read(Encoding.ASCII.GetBytes($"HTTP/1.0 200 OK\r\nContent-Length: {new string('9', 400)}\r\n\r\n"));

        Assert.True(state is { IsComplete: true, ContentLength: > 0 });
    }
}
