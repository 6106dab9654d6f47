using System.Net;
using KestrelRaw.Admin;
using KestrelRaw.Configuration;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Endpoints;
using KestrelRaw.Hosting;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Admin;
using KestrelRaw.Tests.Endpoints;
using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Serilog.Core;

namespace KestrelRaw.Tests.Functional;

/// <summary>A server in this process whose metrics, the first thing after the endpoints, begin when the test lets them.</summary>
public sealed class ObservationStartTests : IDisposable
{
    private readonly SemaphoreSlim _mayBegin = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly BoundEndpoint _endpoint;
    private readonly AdminListener _admin;

    public ObservationStartTests()
    {
        var faults = new List<Fault>();
        _endpoint = Assert.Single(EndpointBinder.Bind([TestSettings.Endpoint()], Array.Empty<System.Net.Sockets.Socket>().ToLookup(static _ => ""), faults));
        Assert.True(EndpointAddress.TryParse("tcp://127.0.0.1:0", out EndpointAddress address));
        _admin = AdminListener.Open(new AdminSettings(address, Token: null, AllowedHosts: []), faults)!;
        Assert.Empty(faults);
    }

    private int Port => ((IPEndPoint)_endpoint.ListenSockets[0].LocalEndPoint!).Port;

    public void Dispose()
    {
        _mayBegin.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Run_AdminSurfaceIsNotThereYet_EndpointsAnswerAndItsClientWaits()
    {
        using var admin = new AdminClient(((IPEndPoint)_admin.Sockets[0].LocalEndPoint!).Port);
        await using Server server = Build(static () => Sdk.CreateMeterProviderBuilder().AddMeter(ConnectionMetrics.MeterName).AddPrometheusExporter().Build());
        Task running = Task.Run(() => server.RunAsync(_stop.Token));

        Task<Reply> early = admin.GetAsync("/healthz/ready");
        Assert.Equal(96, (await TestClient.AskAsync(Port)).Bytes.Length);
        Assert.False(early.IsCompleted);

        _mayBegin.Release();
        Assert.Equal("Healthy\n", (await early.OrHang()).Body);
        Assert.Contains("kestrelraw_connections_accepted_total{otel_scope_name=\"KestrelRaw.Connections\",kestrelraw_endpoint=\"test\"} 1\n", (await admin.GetAsync("/metrics")).Body, StringComparison.Ordinal);
        await _stop.CancelAsync();
        await running.OrHang();
    }

    [Fact]
    public async Task Run_WhatObservesFails_ServesThoseItHasAndEndsWithTheError()
    {
        await using Server server = Build(static () => throw new InvalidOperationException("There are no metrics."));
        Task running = Task.Run(() => server.RunAsync(_stop.Token));
        using TestClient client = await TestClient.ConnectAsync(Port);
        await client.SendAsync([1]);
        await Until.TrueAsync(() => Task.FromResult(_endpoint.Admission.Pool.InUse == 1));

        _mayBegin.Release();
        Assert.Equal(96, (await client.ReadToEndAsync()).Bytes.Length);
        Assert.Equal("There are no metrics.", (await Assert.ThrowsAsync<InvalidOperationException>(() => running.OrHang())).Message);
    }

    private Server Build(Func<MeterProvider> startMetrics)
    {
        IConfigurationRoot root = new ConfigurationBuilder().Build();
        var settings = new ServerSettings(TransportChoice.Auto, TimeSpan.FromSeconds(30), _admin.Settings, [_endpoint.Settings]);
        return Server.Build(
            new LoadedConfiguration(root, settings),
            static _ => null,
            [_endpoint],
            _admin,
            () =>
            {
                Assert.True(_mayBegin.Wait(Until.Patience));
                return startMetrics();
            },
            Logger.None);
    }
}
