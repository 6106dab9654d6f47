using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Pools;
using Microsoft.AspNetCore.Connections;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddConnectionListener();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(9000, endpoint =>
    endpoint.UseConnectionPool(new ConnectionPool(size: 100)).UseConnectionHandler<EchoHandler>()));
builder.Build().Run();

internal sealed class EchoHandler : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection) =>
        connection.Transport.Input.CopyToAsync(connection.Transport.Output);
}
