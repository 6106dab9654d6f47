using System.Net.Sockets;
using KestrelRaw.Connections.Listening;

namespace KestrelRaw.Connections.Tests.Listening;

public sealed class AcceptErrorsTests
{
    // ECONNABORTED, ECONNRESET, EINTR, ENETDOWN, EHOSTUNREACH; EMFILE and ENFILE, ENOBUFS and ENOMEM; EBADF, EINVAL, ENOTSOCK.
    [Theory]
    [InlineData(SocketError.ConnectionAborted, AcceptErrorKind.Connection)]
    [InlineData(SocketError.ConnectionReset, AcceptErrorKind.Connection)]
    [InlineData(SocketError.Interrupted, AcceptErrorKind.Connection)]
    [InlineData(SocketError.NetworkDown, AcceptErrorKind.Connection)]
    [InlineData(SocketError.HostUnreachable, AcceptErrorKind.Connection)]
    [InlineData(SocketError.TooManyOpenSockets, AcceptErrorKind.Shortage)]
    [InlineData(SocketError.NoBufferSpaceAvailable, AcceptErrorKind.Shortage)]
    [InlineData(SocketError.AccessDenied, AcceptErrorKind.Shortage)]
    [InlineData(SocketError.SocketError, AcceptErrorKind.Shortage)]
    [InlineData(SocketError.OperationAborted, AcceptErrorKind.Fatal)]
    [InlineData(SocketError.InvalidArgument, AcceptErrorKind.Fatal)]
    [InlineData(SocketError.NotSocket, AcceptErrorKind.Fatal)]
    public void Classify_Error_IsOfItsKind(SocketError error, object expected) =>
        Assert.Equal(expected, AcceptErrors.Classify(new SocketException((int)error)));

    [Fact]
    public void Classify_SomethingElse_IsRetriedUnlessTheSocketIsGone()
    {
        Assert.Equal(AcceptErrorKind.Shortage, AcceptErrors.Classify(new OutOfMemoryException()));
        Assert.Equal(AcceptErrorKind.Fatal, AcceptErrors.Classify(new ObjectDisposedException("socket")));
    }
}
