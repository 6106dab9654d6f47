using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Pools;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Samples.Tests;

/// <summary>The package's other promise: the pool goes with Kestrel's middleware and with any way to listen.</summary>
public sealed class MiddlewareTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UseConnectionPool_TlsAndLoggingOnLocalhost_EchoHoldsOneSlot(bool isPoolFirst)
    {
        var pool = new ConnectionPool(size: 1);
        using X509Certificate2 certificate = CreateCertificate();
        using var logger = new CollectingLogger();
        (WebApplication app, int port) = await StartAsync(logger, endpoint =>
        {
            if (isPoolFirst)
            {
                UsePool(endpoint);
            }

            endpoint.UseHttps(certificate);
            endpoint.UseConnectionLogging();
            if (!isPoolFirst)
            {
                UsePool(endpoint);
            }

            endpoint.UseConnectionHandler<EchoHandler>();
        });
        await using (app)
        {
            foreach (IPAddress address in LoopbackAddresses())
            {
                using var client = new TcpClient(address.AddressFamily);
                await client.ConnectAsync(address, port).OrHang();
                await using (var tls = new SslStream(client.GetStream()))
                {
                    await AuthenticateAsync(tls, certificate);
                    Assert.Equal("hello", await EchoAsync(tls, "hello"));
                    Assert.Equal(1, pool.InUse);
                    Assert.Equal(client.Client.LocalEndPoint, Assert.Single(pool.GetRunning()).RemoteEndPoint);
                }

                Assert.True(await pool.WaitEmptyAsync(Until.Patience));
                Assert.Equal(0, pool.InUse);
            }
        }

        Assert.Contains(logger.Entries, static entry => entry.Message.Contains("hello", StringComparison.Ordinal));

        void UsePool(ListenOptions endpoint) => endpoint.UseConnectionPool(pool).UseConnectionListener(options => options.Transport = TransportUnderTest.Value);
    }

    private static async Task AuthenticateAsync(SslStream tls, X509Certificate2 expected)
    {
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == expected.Thumbprint,
        }).OrHang();
    }

    private static async Task<string> EchoAsync(SslStream tls, string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        await tls.WriteAsync(bytes).AsTask().OrHang();
        await tls.ReadExactlyAsync(bytes).AsTask().OrHang();
        return Encoding.ASCII.GetString(bytes);
    }

    /// <summary><c>ListenLocalhost</c> takes no port 0: a port that was free a moment ago, and another one should it be gone.</summary>
    private static async Task<(WebApplication App, int Port)> StartAsync(ILoggerFactory logger, Action<ListenOptions> configure)
    {
        for (int attemptsLeft = 5; ; attemptsLeft--)
        {
            int port = FindFreePort();
            WebApplicationBuilder builder = WebApplication.CreateBuilder();
            builder.Services.AddSingleton(logger);
            builder.Services.AddConnectionListener();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, configure));
            WebApplication app = builder.Build();
            try
            {
                await app.StartAsync().OrHang();
                return (app, port);
            }
            catch (IOException exception) when (exception.InnerException is AddressInUseException && attemptsLeft > 1)
            {
                await app.DisposeAsync();
            }
        }
    }

    private static int FindFreePort()
    {
        using Socket socket = ListenSockets.Open(new IPEndPoint(IPAddress.Loopback, 0), backlog: 1);
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static IEnumerable<IPAddress> LoopbackAddresses() =>
        Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private sealed class EchoHandler : ConnectionHandler
    {
        public override Task OnConnectedAsync(ConnectionContext connection) =>
            connection.Transport.Input.CopyToAsync(connection.Transport.Output);
    }
}
