using System.Net;
using System.Text;
using KestrelRaw.Connections.Work;

namespace NameLookup;

/// <summary>Answers a host name with its addresses.</summary>
internal sealed class NameLookup : IConnectionWork
{
    public async ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        string name = Encoding.ASCII.GetString(request.Span).Trim();
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(name, cancellationToken);
        return Encoding.ASCII.GetBytes(string.Join('\n', addresses.AsEnumerable()) + '\n');
    }
}
