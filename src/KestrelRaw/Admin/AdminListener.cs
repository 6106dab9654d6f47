using System.Net.Sockets;
using KestrelRaw.Configuration;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Endpoints;

namespace KestrelRaw.Admin;

/// <summary>The admin surface's address, bound and listening; opened with the endpoints', so that all addresses that can't be had are named at once.</summary>
internal sealed record AdminListener(AdminSettings Settings, IReadOnlyList<Socket> Sockets) : IDisposable
{
    /// <summary>As the endpoints': a short one would make a probe wait a second when others connect at the same time.</summary>
    private const int Backlog = ConnectionListenerOptions.DefaultBacklog;

    /// <returns>Null when there is to be none, and when there is a fault.</returns>
    public static AdminListener? Open(AdminSettings? settings, List<Fault> faults)
    {
        if (settings is null)
        {
            return null;
        }

        try
        {
            return new AdminListener(settings, AddressOpener.Open(settings.Address, Backlog));
        }
        catch (IOException exception)
        {
            faults.Add(new Fault($"{ServerKeys.Section}:{ServerKeys.AdminUrl.Key}", $"can't listen on {settings.Url}: {exception.Message}"));
            return null;
        }
    }

    public void Dispose()
    {
        foreach (Socket socket in Sockets)
        {
            socket.Dispose();
        }
    }
}
