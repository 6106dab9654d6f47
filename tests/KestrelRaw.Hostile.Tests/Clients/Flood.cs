using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>
/// Connections at a rate, whatever the server does, from eight addresses: each has some 28,000 ports. One that the kernel keeps
/// waiting holds up only its own thread.
/// </summary>
internal static class Flood
{
    private const int Threads = 16;
    private const int IpBindAddressNoPort = 24;

    /// <summary>Runs it to its end.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="count">Connections in all.</param>
    /// <param name="rate">The most that are begun in a second.</param>
    /// <param name="end">What becomes of a connected one; it must close it.</param>
    public static async Task<FloodResult> RunAsync(IPEndPoint server, int count, int rate, Action<Socket> end)
    {
        long start = Stopwatch.GetTimestamp();
        int next = 0;
        int refused = 0;
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(Work, TaskCreationOptions.LongRunning)));
        return new FloodResult(count - refused, refused, Stopwatch.GetElapsedTime(start));

        void Work()
        {
            for (int number = Interlocked.Increment(ref next) - 1; number < count; number = Interlocked.Increment(ref next) - 1)
            {
                TimeSpan early = TimeSpan.FromSeconds((double)number / rate) - Stopwatch.GetElapsedTime(start);
                if (early > TimeSpan.FromMilliseconds(1))
                {
                    Thread.Sleep(early);
                }

                if (!TryConnect(server, new IPEndPoint(IPAddress.Parse($"127.0.1.{1 + (number % 8)}"), 0), end))
                {
                    Interlocked.Increment(ref refused);
                }
            }
        }
    }

    private static bool TryConnect(IPEndPoint server, IPEndPoint source, Action<Socket> end)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // The port is chosen at the connect, when the other end is known: more than one connection can have it.
            socket.SetRawSocketOption((int)SocketOptionLevel.IP, IpBindAddressNoPort, BitConverter.GetBytes(1));
            socket.Bind(source);
            socket.Connect(server);
            end(socket);
            return true;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return false;
        }
    }
}

/// <param name="Connected">Connections that came to be.</param>
/// <param name="Refused">Those that did not.</param>
/// <param name="Took">For all.</param>
internal sealed record FloodResult(int Connected, int Refused, TimeSpan Took)
{
    public override string ToString() => $"{Connected:N0} connected, {Refused:N0} refused, {(Connected + Refused) / Took.TotalSeconds:N0} a second";
}
