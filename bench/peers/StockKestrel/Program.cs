// The work as a .NET programmer writes it: a ConnectionHandler on Kestrel's own sockets transport, pipes, Task.Delay.
// Usage: StockKestrel PORT DELAY_MS. Listens on 127.0.0.1.
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using StockKestrel;

int port = int.Parse(args[0], CultureInfo.InvariantCulture);
var handler = new DelayHandler(TimeSpan.FromMilliseconds(int.Parse(args[1], CultureInfo.InvariantCulture)));

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseSockets(sockets =>
{
    sockets.Backlog = 4096;

    // FlushAsync waits until the socket has taken the bytes: without that the half-close overtakes them.
    sockets.MaxWriteBufferSize = 1;
});
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Run(handler.OnConnectedAsync)));
await builder.Build().RunAsync();
