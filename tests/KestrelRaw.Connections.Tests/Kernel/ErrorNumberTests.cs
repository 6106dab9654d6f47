using System.Net.Sockets;
using KestrelRaw.Connections.Kernel;
using KestrelRaw.Connections.Listening;

namespace KestrelRaw.Connections.Tests.Kernel;

public sealed class ErrorNumberTests
{
    [Theory]
    [InlineData(ErrorNumber.TooManyFiles, SocketError.TooManyOpenSockets, AcceptErrorKind.Shortage)]
    [InlineData(ErrorNumber.FileTableFull, SocketError.TooManyOpenSockets, AcceptErrorKind.Shortage)]
    [InlineData(ErrorNumber.NoBuffers, SocketError.NoBufferSpaceAvailable, AcceptErrorKind.Shortage)]
    [InlineData(ErrorNumber.OutOfMemory, SocketError.NoBufferSpaceAvailable, AcceptErrorKind.Shortage)]
    [InlineData(ErrorNumber.ConnectionAborted, SocketError.ConnectionAborted, AcceptErrorKind.Connection)]
    [InlineData(ErrorNumber.ConnectionReset, SocketError.ConnectionReset, AcceptErrorKind.Connection)]
    [InlineData(ErrorNumber.BadDescriptor, SocketError.OperationAborted, AcceptErrorKind.Fatal)]
    [InlineData(ErrorNumber.InvalidArgument, SocketError.InvalidArgument, AcceptErrorKind.Fatal)]
    [InlineData(ErrorNumber.NotSocket, SocketError.NotSocket, AcceptErrorKind.Fatal)]
    [InlineData(12345, SocketError.SocketError, AcceptErrorKind.Shortage)]
    public void ToException_OfAnAccept_MeansToTheAcceptLoopWhatDotNetsMeans(int error, SocketError expected, object kind)
    {
        SocketException exception = ErrorNumber.ToException(error);
        Assert.Equal(expected, exception.SocketErrorCode);
        Assert.Equal(kind, AcceptErrors.Classify(exception));
    }
}
