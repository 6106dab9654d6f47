using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace KestrelRaw.Benchmarks.Connections;

/// <summary>Blocking sockets as bare descriptors, so that a client or server allocates nothing. Linux only.</summary>
internal static unsafe partial class BareSocket
{
    private const int InterNetwork = 2;
    private const int Stream = 1;
    private const int CloseOnExec = 0x80000;
    private const int NoSignal = 0x4000;
    private const int ShutdownWrite = 1;

    public static int Open() => Checked(OpenSocket(InterNetwork, Stream | CloseOnExec, 0), "socket");

    public static void Bind(int socket, uint address)
    {
        Address local = new(address, 0);
        Checked(Bind(socket, &local, sizeof(Address)), "bind");
    }

    public static void Connect(int socket, uint address, ushort port)
    {
        Address remote = new(address, port);
        Checked(Connect(socket, &remote, sizeof(Address)), "connect");
    }

    public static int Accept(int listening) => Checked(Accept(listening, null, null, CloseOnExec), "accept");

    public static int Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            return Checked((int)Receive(socket, bytes, buffer.Length, 0), "recv");
        }
    }

    public static void Send(int socket, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            // So few bytes are taken whole.
            Check.That(Checked((int)Send(socket, bytes, buffer.Length, NoSignal), "send") == buffer.Length, "Not all was sent.");
        }
    }

    public static void ShutdownSend(int socket) => Checked(Shutdown(socket, ShutdownWrite), "shutdown");

    public static void Close(int socket) => Checked(CloseDescriptor(socket), "close");

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new InvalidOperationException($"{call} failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int socket, Address* address, int length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int socket, Address* address, int length);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(int socket, Address* address, int* length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseDescriptor(int descriptor);

    /// <summary>sockaddr_in: port and address in the network's byte order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Address(uint address, ushort port)
    {
        private readonly ushort _family = InterNetwork;
        private readonly ushort _port = InNetworkOrder(port);
        private readonly uint _address = InNetworkOrder(address);
        private readonly ulong _zero;

        private static ushort InNetworkOrder(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;

        private static uint InNetworkOrder(uint value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
    }
}
