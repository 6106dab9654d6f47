using System.Net;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Pools;
using LineEcho;
using Microsoft.AspNetCore.Connections;

// An echo server with lines: dotnet run --project samples/LineEcho -- --port 9001 --slots 10
var builder = WebApplication.CreateBuilder(args);
int port = builder.Configuration.GetValue("Port", defaultValue: 9001);
int slots = builder.Configuration.GetValue("Slots", defaultValue: 100);
ConnectionTransport transport = builder.Configuration.GetValue("Transport", defaultValue: ConnectionTransport.Auto);

builder.Services.AddConnectionListener();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, endpoint => endpoint
    .UseConnectionPool(new ConnectionPool(slots), options => options.WhenFull = WhenFull.Queue)
    .UseConnectionListener(options => options.Transport = transport)
    .UseConnectionHandler<LineEchoHandler>()));

await using WebApplication app = builder.Build();
await app.StartAsync();
Console.WriteLine($"Echoing lines on {new Uri(app.Urls.Single()).Authority}, {slots} connections at once");
await app.WaitForShutdownAsync();
