using System.Runtime.InteropServices;

namespace LoadClient.Kernel;

/// <summary>A non-blocking stream socket as a bare descriptor. Counts are negative for errors: minus the error number.</summary>
internal static unsafe class NativeSocket
{
    /// <returns>The descriptor, or minus the error number.</returns>
    public static int Open(int family)
    {
        int descriptor = Libc.Socket(family, Libc.SockStream | Libc.SockNonBlock | Libc.SockCloseOnExec, 0);
        return descriptor >= 0 ? descriptor : -Marshal.GetLastPInvokeError();
    }

    /// <returns>Bytes taken by the kernel, or minus the error number.</returns>
    public static int Send(int descriptor, byte* bytes, int length)
    {
        nint count = Libc.Send(descriptor, bytes, length, Libc.MessageNoSignal);
        return count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
    }

    /// <returns>Bytes received, 0 at the end of the stream, or minus the error number.</returns>
    public static int Receive(int descriptor, byte* buffer, int length)
    {
        nint count = Libc.Receive(descriptor, buffer, length, 0);
        return count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Takes the socket's pending error, such as that of a connect that was under way.</summary>
    /// <returns>The error number, 0 if there is none.</returns>
    public static int TakeError(int descriptor)
    {
        int error = 0;
        int length = sizeof(int);
        return Libc.GetSocketOption(descriptor, Libc.SolSocket, Libc.SoError, &error, &length) == 0 ? error : Marshal.GetLastPInvokeError();
    }

    /// <summary>Never called twice for a descriptor. The only errors that close(2) has then do not keep the descriptor open.</summary>
    public static void Close(int descriptor) => _ = Libc.Close(descriptor);
}
