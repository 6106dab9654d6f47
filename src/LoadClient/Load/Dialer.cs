using System.Net;
using LoadClient.Kernel;

namespace LoadClient.Load;

/// <summary>Opens sockets from the run's source addresses, in turn, to its target.</summary>
internal sealed class Dialer(LoadSettings settings) : IDisposable
{
    private readonly NativeAddress _target = new(settings.Target.EndPoint);
    private readonly NativeAddress[] _sources = [.. settings.Sources.Select(source => new NativeAddress(new IPEndPoint(source, 0)))];
    private readonly long _descriptorLimit = DescriptorLimit.ForConnections();
    private int _nextSource;

    /// <returns>The descriptor, or minus the error number.</returns>
    public int Open()
    {
        int descriptor = NativeSocket.Open(_target.Family);
        int error = descriptor >= _descriptorLimit ? Errno.ProcessFiles : descriptor >= 0 ? Bind(descriptor) : 0;
        if (error == 0)
        {
            return descriptor;
        }

        NativeSocket.Close(descriptor);
        return -error;
    }

    /// <returns>0, or the error number; <see cref="Errno.InProgress"/> when it is under way.</returns>
    public int Connect(int descriptor) => _target.Connect(descriptor);

    public void Dispose()
    {
        _target.Dispose();
        Array.ForEach(_sources, source => source.Dispose());
    }

    private int Bind(int descriptor) => _sources.Length == 0 ? 0 : _sources[_nextSource++ % _sources.Length].Bind(descriptor);
}
