using System.Net;
using System.Runtime.InteropServices;

namespace LoadClient.Kernel;

/// <summary>An address in the kernel's form (<c>struct sockaddr</c>), where the garbage collector does not move it.</summary>
internal sealed unsafe class NativeAddress : IDisposable
{
    private readonly byte* _bytes;
    private readonly int _length;

    public NativeAddress(EndPoint endPoint)
    {
        SocketAddress address = endPoint.Serialize();
        _length = address.Size;
        _bytes = (byte*)NativeMemory.Alloc((nuint)_length);
        address.Buffer.Span[.._length].CopyTo(new Span<byte>(_bytes, _length));

        // The family as the kernel numbers it, which is not .NET's number for IPv6.
        Family = *(ushort*)_bytes;
    }

    public int Family { get; }

    /// <returns>0, or the error number; <see cref="Errno.InProgress"/> when it is under way.</returns>
    public int Connect(int descriptor) => Libc.Connect(descriptor, _bytes, _length) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>
    /// Binds to the address and leaves the choice of the port to connect(2): a port chosen now would have to be free for
    /// every remote address at once.
    /// </summary>
    /// <returns>0, or the error number.</returns>
    public int Bind(int descriptor)
    {
        int on = 1;
        return Libc.SetSocketOption(descriptor, Libc.IpProtoIp, Libc.IpBindAddressNoPort, &on, sizeof(int)) == 0
            && Libc.Bind(descriptor, _bytes, _length) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    public void Dispose() => NativeMemory.Free(_bytes);
}
