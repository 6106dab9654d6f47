using System.Runtime.InteropServices;

namespace KestrelRaw.Connections.Kernel;

/// <summary>A socket's descriptor and nothing else: calls that are under way keep it open, so its number can't become another connection's meanwhile.</summary>
internal sealed partial class SocketDescriptor : SafeHandle
{
    private const int None = -1;

    public SocketDescriptor(int descriptor)
        : base(None, ownsHandle: true) => SetHandle(descriptor);

    public override bool IsInvalid => handle == None;

    protected override bool ReleaseHandle() => Close((int)handle) == 0;

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
