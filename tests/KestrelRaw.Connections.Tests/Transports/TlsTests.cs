using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>Kestrel's TLS on top of the transport.</summary>
public sealed class TlsTests : TransportTests, IDisposable
{
    private readonly X509Certificate2 _certificate = CreateCertificate();

    public void Dispose() => _certificate.Dispose();

    [Theory, MemberData(nameof(OnThreadPool))]
    public async Task UseHttps_LargeEcho_ComesBackWhole(TestedTransport transport)
    {
        byte[] sent = TestData.Bytes(5 * 1024 * 1024);
        await using TransportServer server = await TransportServer.StartAsync(
            transport,
            static async connection =>
            {
                Assert.NotNull(connection.Features.Get<ITlsHandshakeFeature>());
                await connection.Transport.Input.CopyToAsync(connection.Transport.Output);
            },
            use: listen => listen.UseHttps(_certificate));
        await using SslStream tls = await ConnectAsync(server);
        byte[] received = new byte[sent.Length];
        Task receiving = tls.ReadExactlyAsync(received).AsTask();
        await tls.WriteAsync(sent).AsTask().OrHang();
        await receiving.OrHang();
        TestData.AssertSame(sent, received);
        await tls.ShutdownAsync().OrHang();
        Assert.Equal(0, await tls.ReadAsync(new byte[1]).AsTask().OrHang());
        await server.StopAsync();
        Assert.Equal((1, 1), (server.Counts.Accepted, server.Counts.Finished));
    }

    [Theory, MemberData(nameof(OnThreadPool))]
    public async Task UseHttps_ClientSpeaksNoTls_EndsThatConnectionAndServesTheNext(TestedTransport transport)
    {
        await using TransportServer server = await TransportServer.StartAsync(
            transport, static connection => connection.Transport.Output.WriteAsync("hi"u8.ToArray()).AsTask(), use: listen => listen.UseHttps(_certificate));
        using (Socket plain = server.Connect())
        {
            await plain.SendAllAsync(TestData.Bytes(1_000));
            await plain.DrainAsync();
        }

        await using SslStream tls = await ConnectAsync(server);
        byte[] received = new byte[2];
        await tls.ReadExactlyAsync(received).AsTask().OrHang();
        Assert.Equal("hi"u8.ToArray(), received);
    }

    private async Task<SslStream> ConnectAsync(TransportServer server)
    {
        var tls = new SslStream(new NetworkStream(server.Connect(), ownsSocket: true));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == _certificate.Thumbprint,
        }).OrHang();
        return tls;
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
