using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using KestrelRaw.Configuration;
using KestrelRaw.Connections.Listening;

namespace KestrelRaw.Endpoints;

/// <summary>
/// Socket activation: listening sockets that whoever started this process (systemd, as a rule) has opened, and keeps open
/// when this process ends. Each belongs to the endpoint of its name, else to the one whose Url is its address.
/// </summary>
internal static class InheritedSockets
{
    /// <returns>The sockets of each endpoint that has some, by its name. A socket of nobody's is a fault: nobody would ever accept from it.</returns>
    public static ILookup<string, Socket> Receive(ServerSettings settings, List<Fault> faults)
    {
        var owned = new List<(string Owner, Socket Socket)>();
        foreach ((int descriptor, string name) in PassedDescriptors.Take(faults))
        {
            if (Open(descriptor, name, faults) is not { } socket)
            {
                continue;
            }

            if (FindOwner(settings.Endpoints, name, socket.LocalEndPoint!) is { } owner)
            {
                owned.Add((owner.Name, socket));
                continue;
            }

            faults.Add(new Fault(
                $"descriptor {descriptor} ({name}, {EndpointAddress.Format(socket.LocalEndPoint!)})", ExplainNoOwner(settings, name, socket.LocalEndPoint!)));
            socket.Dispose();
        }

        return owned.ToLookup(entry => entry.Owner, entry => entry.Socket, StringComparer.OrdinalIgnoreCase);
    }

    internal static EndpointSettings? FindOwner(IReadOnlyList<EndpointSettings> endpoints, string name, EndPoint at) =>
        endpoints.FirstOrDefault(endpoint => endpoint.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? endpoints.FirstOrDefault(endpoint => endpoint.Address.Covers(at));

    private static Socket? Open(int descriptor, string name, List<Fault> faults)
    {
        try
        {
            return ListenSockets.Inherit(descriptor);
        }
        catch (Exception exception) when (exception is SocketException or NotSupportedException or Win32Exception)
        {
            faults.Add(new Fault($"descriptor {descriptor} ({name})", $"this was passed as a listening socket of TCP or a Unix domain stream, and is none ({exception.Message})"));
            return null;
        }
    }

    private static string ExplainNoOwner(ServerSettings settings, string name, EndPoint at) =>
        name.Equals("admin", StringComparison.OrdinalIgnoreCase) || settings.Admin?.Address.Covers(at) == true
            ? "the admin surface opens its own socket; take this one out of the socket unit"
            : "this socket was passed to the server, but no endpoint has its name or its address; give one this Url, or name the endpoint in FileDescriptorName=";
}
