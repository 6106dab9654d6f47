using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>Connection middleware around the handler.</summary>
public sealed class MiddlewareTests : TransportTests
{
    [Theory, MemberData(nameof(All))]
    public async Task Middleware_SeveralOfThem_RunInTheirOrderAroundTheHandler(TestedTransport transport)
    {
        var steps = new List<string>();
        await using (TransportServer server = await TransportServer.StartAsync(transport, AddStep("handler"), use: UseBoth))
        {
            using Socket client = server.Connect();
            await client.ExpectEndAsync();
            await server.StopAsync();
        }

        Assert.Equal(["outer", "inner", "handler", "inner ends", "outer ends"], steps);

        void UseBoth(ListenOptions listen)
        {
            foreach (string name in new[] { "outer", "inner" })
            {
                listen.Use(next => async connection =>
                {
                    steps.Add(name);
                    await next(connection);
                    steps.Add($"{name} ends");
                });
            }
        }

        ConnectionDelegate AddStep(string name) => _ =>
        {
            steps.Add(name);
            return Task.CompletedTask;
        };
    }

    [Theory, MemberData(nameof(All))]
    public async Task Transport_ReplacedByMiddleware_IsWhatTheHandlerGets(TestedTransport transport)
    {
        await using TransportServer server = await TransportServer.StartAsync(
            transport,
            static connection => connection.Transport.Output.WriteAsync("handler "u8.ToArray()).AsTask(),
            use: static listen => listen.Use(static next => async connection =>
            {
                IDuplexPipe original = connection.Transport;
                var written = new Pipe();
                connection.Transport = new DuplexPipe(original.Input, written.Writer);
                try
                {
                    await next(connection);
                }
                finally
                {
                    connection.Transport = original;
                }

                await written.Writer.CompleteAsync();
                await written.Reader.CopyToAsync(original.Output);
                await original.Output.WriteAsync("middleware"u8.ToArray());
            }));
        using Socket client = server.Connect();
        Assert.Equal("handler middleware"u8.ToArray(), await client.ReceiveToEndAsync());
    }

    [Theory, MemberData(nameof(All))]
    public async Task UseConnectionLogging_AnEcho_LogsWhatPasses(TestedTransport transport)
    {
        await using TransportServer server = await TransportServer.StartAsync(
            transport,
            static connection => connection.Transport.Input.CopyToAsync(connection.Transport.Output),
            use: static listen => listen.UseConnectionLogging());
        using Socket client = server.Connect();
        await client.SendAllAsync("hello"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("hello"u8.ToArray(), await client.ReceiveToEndAsync());
        await server.StopAsync();
        Assert.Equal(2, server.Logger.Entries.Count(static entry => entry.Message.Contains("hello", StringComparison.Ordinal)));
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
