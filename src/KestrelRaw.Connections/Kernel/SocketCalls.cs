using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace KestrelRaw.Connections.Kernel;

/// <summary>
/// The calls that a connection is made of, on bare descriptors that do not block. Each returns what the kernel does, or
/// the negative <see cref="ErrorNumber"/>, and comes back on its own when a signal has interrupted it.
/// </summary>
internal static unsafe partial class SocketCalls
{
    private const int NonBlock = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int Peek = 0x2;
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int More = 0x8000;
    private const int ShutdownRead = 0;
    private const int ShutdownWrite = 1;
    private const int ShutdownBoth = 2;
    private const short PollOut = 4;
    private const int SocketLevel = 1;
    private const int LingerOption = 13;

    private const int AddressLength = 128;
    private const int FamilyLength = 2;
    private const ushort Unix = 1;
    private const ushort InterNetwork = 2;
    private const ushort InterNetworkV6 = 10;

    /// <summary>A client that has not bound its socket to a path, as good as all of them.</summary>
    private static readonly EndPoint Unnamed = ReadUnixAddress([(byte)Unix, 0]);

    /// <summary>Takes a connection out of the accept queue: it does not block, and child processes do not get it.</summary>
    /// <param name="listening">The listening socket, which does not block either.</param>
    /// <param name="remoteEndPoint">The client; one without a name behind a Unix domain socket, as a rule.</param>
    public static int Accept(SafeHandle listening, out EndPoint? remoteEndPoint)
    {
        byte* address = stackalloc byte[AddressLength];
        int length = AddressLength;
        int result;
        do
        {
            result = Result(Accept(listening, address, &length, NonBlock | CloseOnExec));
        }
        while (result == -ErrorNumber.Interrupted);

        remoteEndPoint = result < 0 ? null : ReadAddress(new ReadOnlySpan<byte>(address, Math.Min(length, AddressLength)));
        return result;
    }

    public static int Receive(SafeHandle socket, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            int result;
            do
            {
                result = Result((int)Receive(socket, bytes, buffer.Length, 0));
            }
            while (result == -ErrorNumber.Interrupted);

            return result;
        }
    }

    /// <summary>There is something to receive; it stays where it is. For sockets that block, too.</summary>
    public static bool HasInput(SafeHandle socket)
    {
        byte first;
        return Receive(socket, &first, 1, Peek | DoNotWait) > 0;
    }

    /// <summary>The kernel would take something to send now.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public static bool HasRoom(SafeHandle socket)
    {
        bool isHeld = false;
        try
        {
            socket.DangerousAddRef(ref isHeld);
            var entry = new PollEntry { Descriptor = (int)socket.DangerousGetHandle(), Events = PollOut };
            return Poll(&entry, 1, 0) > 0 && entry.Returned == PollOut;
        }
        finally
        {
            if (isHeld)
            {
                socket.DangerousRelease();
            }
        }
    }

    /// <param name="socket">The connection.</param>
    /// <param name="buffer">What to send; perhaps only the beginning of it is taken.</param>
    /// <param name="isMoreToCome">The kernel may keep what would not fill a packet until the rest comes, or the FIN.</param>
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> buffer, bool isMoreToCome)
    {
        fixed (byte* bytes = buffer)
        {
            int result;
            do
            {
                result = Result((int)Send(socket, bytes, buffer.Length, isMoreToCome ? NoSignal | More : NoSignal));
            }
            while (result == -ErrorNumber.Interrupted);

            return result;
        }
    }

    public static int ShutdownReceive(SafeHandle socket) => Result(Shutdown(socket, ShutdownRead));

    public static int ShutdownSend(SafeHandle socket) => Result(Shutdown(socket, ShutdownWrite));

    /// <summary>Ends both directions, and wakes whoever waits; after <see cref="ResetAtClose"/> the close is a RST behind it.</summary>
    public static int ShutdownAll(SafeHandle socket) => Result(Shutdown(socket, ShutdownBoth));

    /// <summary>SO_LINGER with no time.</summary>
    public static int ResetAtClose(SafeHandle socket)
    {
        long onWithZeroSeconds = BitConverter.IsLittleEndian ? 1 : 1L << 32;
        return Result(SetOption(socket, SocketLevel, LingerOption, &onWithZeroSeconds, sizeof(long)));
    }

    private static int Result(int result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    /// <summary>sockaddr_in, sockaddr_in6 and sockaddr_un.</summary>
    private static EndPoint ReadAddress(ReadOnlySpan<byte> address) => MemoryMarshal.Read<ushort>(address) switch
    {
        Unix => address.Length == FamilyLength ? Unnamed : ReadUnixAddress(address),
        InterNetwork => new IPEndPoint(new IPAddress(address[4..8]), ReadPort(address)),
        InterNetworkV6 => new IPEndPoint(new IPAddress(address[8..24], MemoryMarshal.Read<uint>(address[24..])), ReadPort(address)),
        ushort family => throw new NotSupportedException($"A connection of the address family {family}."),
    };

    private static EndPoint ReadUnixAddress(ReadOnlySpan<byte> address)
    {
        var copy = new SocketAddress(AddressFamily.Unix, address.Length);
        address.CopyTo(copy.Buffer.Span);
        return new UnixDomainSocketEndPoint("/").Create(copy);
    }

    private static ushort ReadPort(ReadOnlySpan<byte> address) => BinaryPrimitives.ReadUInt16BigEndian(address[2..]);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(SafeHandle socket, byte* address, int* length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeHandle socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeHandle socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(SafeHandle socket, int how);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SafeHandle socket, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, int timeout);

    /// <summary>struct pollfd.</summary>
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
