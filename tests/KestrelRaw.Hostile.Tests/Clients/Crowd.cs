using System.Net;
using System.Net.Sockets;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>Many clients, each of which does as it is told.</summary>
internal static class Crowd
{
    /// <summary>Connects under way at once, so that the kernel's accept queue is not what is tested.</summary>
    private const int ConnectsAtOnce = 256;

    /// <summary>Connects so many, lets each behave, and closes it.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="count">How many.</param>
    /// <param name="behave">What the client of this number does.</param>
    /// <param name="prepare">Sets options before the connect.</param>
    public static async Task<Sightings> RunAsync(EndPoint server, int count, Func<Socket, int, Task<Seen>> behave, Action<Socket>? prepare = null)
    {
        using var connecting = new SemaphoreSlim(ConnectsAtOnce);
        return new Sightings(await Task.WhenAll(Enumerable.Range(0, count).Select(RunOneAsync)));

        async Task<Seen> RunOneAsync(int number)
        {
            await connecting.WaitAsync();
            Socket socket;
            try
            {
                socket = await RawClient.ConnectAsync(server, prepare: prepare);
            }
            catch (SocketException)
            {
                return Seen.Refused;
            }
            finally
            {
                connecting.Release();
            }

            using (socket)
            {
                return await behave(socket, number);
            }
        }
    }

    /// <summary>The same of those that are connected.</summary>
    public static async Task<Sightings> RunAsync(IEnumerable<Socket> sockets, Func<Socket, Task<Seen>> behave) =>
        new(await Task.WhenAll(sockets.Select(async socket =>
        {
            using (socket)
            {
                return await behave(socket);
            }
        })));
}
