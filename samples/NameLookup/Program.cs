using System.Net;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Connections.Work;

// Resolves names, 20 at a time: dotnet run --project samples/NameLookup -- --port 9002, then: echo localhost | nc -N 127.0.0.1 9002
var builder = WebApplication.CreateBuilder(args);
int port = builder.Configuration.GetValue("Port", defaultValue: 9002);
builder.Services.AddConnectionListener();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, endpoint => endpoint
    .UseConnectionPool(new ConnectionPool(size: 20))
    .UseConnectionWork(new NameLookup.NameLookup(), options => options.FailureResponse = "no such name\n"u8.ToArray())));

await using WebApplication app = builder.Build();
await app.StartAsync();
Console.WriteLine($"Resolving names on {new Uri(app.Urls.Single()).Authority}");
await app.WaitForShutdownAsync();
