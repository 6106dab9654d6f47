using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace KestrelRaw.Connections.Kernel;

/// <summary>
/// Makes the kernel drop the SYNs that arrive at a listening socket. Closing a listening socket resets every connection
/// in its queue, and a connection can enter the queue between the last accept and the close. With the filter attached
/// the queue can be emptied for good first. A client whose SYN is dropped sends it again after a second, and is then
/// refused or reaches the next process on that port.
/// </summary>
internal static unsafe class SynFilter
{
    private const int SolSocket = 1;
    private const int SoAttachFilter = 26;

    // Classic BPF over the TCP header (linux/filter.h): load the byte with the flags; drop when SYN is set; else accept.
    private static readonly Instruction[] Program =
    [
        new(0x30, 0, 0, 13),
        new(0x45, 0, 1, 0x02),
        new(0x06, 0, 0, 0),
        new(0x06, 0, 0, uint.MaxValue),
    ];

    /// <returns>
    /// False where the kernel refuses, as some do to a process without privileges (EPERM): the time between the last
    /// accept and the close then stays open, a few microseconds.
    /// </returns>
    public static bool TryAttach(Socket socket)
    {
        try
        {
            fixed (Instruction* instructions = Program)
            {
                var program = new FilterProgram { Length = (ushort)Program.Length, Instructions = instructions };
                socket.SetRawSocketOption(SolSocket, SoAttachFilter, new ReadOnlySpan<byte>(&program, sizeof(FilterProgram)));
                return true;
            }
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte JumpTrue, byte JumpFalse, uint Operand);

    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public Instruction* Instructions;
    }
}
