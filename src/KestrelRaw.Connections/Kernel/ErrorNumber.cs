using System.Net.Sockets;

namespace KestrelRaw.Connections.Kernel;

/// <summary>Linux's error numbers (asm-generic/errno.h) that sockets report.</summary>
internal static class ErrorNumber
{
    public const int Interrupted = 4;
    public const int BadDescriptor = 9;
    public const int Again = 11;
    public const int OutOfMemory = 12;
    public const int InvalidArgument = 22;
    public const int FileTableFull = 23;
    public const int TooManyFiles = 24;
    public const int NotSocket = 88;
    public const int ProtocolOption = 92;
    public const int NetworkDown = 100;
    public const int NetworkUnreachable = 101;
    public const int ConnectionAborted = 103;
    public const int ConnectionReset = 104;
    public const int NoBuffers = 105;
    public const int TimedOut = 110;
    public const int HostDown = 112;
    public const int HostUnreachable = 113;

    /// <summary>The exception that .NET's own sockets would have thrown.</summary>
    public static SocketException ToException(int error) => new((int)(error switch
    {
        Interrupted => SocketError.Interrupted,
        BadDescriptor => SocketError.OperationAborted,
        Again => SocketError.WouldBlock,
        InvalidArgument => SocketError.InvalidArgument,
        FileTableFull or TooManyFiles => SocketError.TooManyOpenSockets,
        OutOfMemory or NoBuffers => SocketError.NoBufferSpaceAvailable,
        NotSocket => SocketError.NotSocket,
        ProtocolOption => SocketError.ProtocolOption,
        NetworkDown => SocketError.NetworkDown,
        NetworkUnreachable => SocketError.NetworkUnreachable,
        ConnectionAborted => SocketError.ConnectionAborted,
        ConnectionReset => SocketError.ConnectionReset,
        TimedOut => SocketError.TimedOut,
        HostDown => SocketError.HostDown,
        HostUnreachable => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    }));
}
