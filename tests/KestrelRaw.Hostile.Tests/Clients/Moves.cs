using System.Net.Sockets;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>What a client can do with its connection.</summary>
internal static class Moves
{
    /// <summary>No case lets a client wait longer, unless the server does.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Asks and reads to the end, as a good client does.</summary>
    public static async Task<Seen> AskAsync(Socket socket)
    {
        await socket.SendAsync(RawClient.Request);
        return await socket.ReadToEndAsync(Patience);
    }

    /// <summary>Says that it will send nothing more, right behind its request.</summary>
    public static async Task<Seen> AskAndHalfCloseAsync(Socket socket)
    {
        await socket.SendAsync(RawClient.Request);
        socket.Shutdown(SocketShutdown.Send);
        return await socket.ReadToEndAsync(Patience);
    }

    /// <summary>FIN without a byte.</summary>
    public static async Task<Seen> HalfCloseAsync(Socket socket)
    {
        socket.Shutdown(SocketShutdown.Send);
        return await socket.ReadToEndAsync(Patience);
    }

    /// <summary>FIN without a byte, and gone.</summary>
    public static Task<Seen> CloseAsync(Socket socket)
    {
        socket.Dispose();
        return Task.FromResult(Seen.Left);
    }

    /// <summary>RST.</summary>
    public static Task<Seen> ResetAsync(Socket socket)
    {
        socket.Reset();
        return Task.FromResult(Seen.Left);
    }

    /// <summary>RST right behind the request.</summary>
    public static async Task<Seen> AskAndResetAsync(Socket socket)
    {
        await socket.SendAsync(RawClient.Request);
        socket.Reset();
        return Seen.Left;
    }

    /// <summary>Reads the whole answer and its end, then RST instead of FIN.</summary>
    public static async Task<Seen> AskAndResetInTheLingerAsync(Socket socket)
    {
        Seen seen = await AskAsync(socket);
        socket.Reset();
        return seen;
    }

    /// <summary>Sends nothing and waits.</summary>
    public static Task<Seen> StaySilentAsync(Socket socket) => socket.ReadToEndAsync(Patience);

    /// <summary>Out-of-band bytes alone, which are not part of what a server reads.</summary>
    public static async Task<Seen> SendUrgentAsync(Socket socket)
    {
        socket.Send("!"u8, SocketFlags.OutOfBand);
        return await socket.ReadToEndAsync(Patience);
    }

    /// <summary>An out-of-band byte, the request with another in its midst, and one more behind it.</summary>
    public static async Task<Seen> AskWithUrgentAsync(Socket socket)
    {
        socket.Send("!"u8, SocketFlags.OutOfBand);
        await socket.SendAsync(RawClient.Request.AsMemory(0, 5));
        socket.Send("!"u8, SocketFlags.OutOfBand);
        await socket.SendAsync(RawClient.Request.AsMemory(5));
        socket.Send("!"u8, SocketFlags.OutOfBand);
        return await socket.ReadToEndAsync(Patience);
    }

    /// <summary>Sends so much, then asks what it gets for it: as a client does that writes before it reads.</summary>
    public static async Task<Seen> SendAndReadAsync(Socket socket, byte[] input, byte[]? expected = null)
    {
        try
        {
            await socket.SendAsync(input).WaitAsync(Patience);
        }
        catch (Exception error) when (error is SocketException or TimeoutException)
        {
            // What it got until then counts.
        }

        return await socket.ReadToEndAsync(Patience, expected);
    }

    /// <summary>Sends a byte now and again for as long as the server lets it.</summary>
    /// <returns>Whether the server has ended it.</returns>
    public static async Task<bool> DripAsync(Socket socket, TimeSpan pause, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(pause);
        try
        {
            do
            {
                await socket.SendAsync("G"u8.ToArray(), cancellationToken);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            // Not in the time it was given.
        }

        return false;
    }

    /// <summary>Sends without end for as long as the server lets it.</summary>
    /// <returns>Whether the server has ended it.</returns>
    public static async Task<bool> PourAsync(Socket socket, CancellationToken cancellationToken)
    {
        byte[] block = new byte[64 * 1024];
        try
        {
            while (true)
            {
                await socket.SendAsync(block, cancellationToken);
            }
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
