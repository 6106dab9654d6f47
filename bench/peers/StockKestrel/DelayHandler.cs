using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace StockKestrel;

/// <summary>Receive once, wait, respond, half-close, read until the client's FIN. Kestrel closes the connection after that.</summary>
internal sealed class DelayHandler(TimeSpan delay) : ConnectionHandler
{
    private static ReadOnlyMemory<byte> Response { get; } =
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nHello World!"u8.ToArray();

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        try
        {
            if (await ReadAsync(connection.Transport.Input))
            {
                if (delay > TimeSpan.Zero)
                {
                    await Task.Delay(delay);
                }

                await connection.Transport.Output.WriteAsync(Response);
                connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.Shutdown(SocketShutdown.Send);
                while (await ReadAsync(connection.Transport.Input))
                {
                }
            }
        }
        catch (Exception exception) when (exception is ConnectionResetException or ConnectionAbortedException or SocketException)
        {
            // The client has reset the connection: there is nobody to tell.
        }
    }

    /// <summary>Takes what there is; false when that is nothing but the client's FIN.</summary>
    private static async ValueTask<bool> ReadAsync(PipeReader input)
    {
        ReadResult result = await input.ReadAsync();
        bool isAny = !result.Buffer.IsEmpty;
        input.AdvanceTo(result.Buffer.End);
        return isAny;
    }
}
