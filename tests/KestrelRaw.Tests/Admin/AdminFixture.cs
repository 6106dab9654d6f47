using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Admin;

/// <summary>One server for tests that leave it as it was.</summary>
public sealed class AdminFixture : IAsyncLifetime
{
    private ServerProcess? _server;
    private AdminClient? _client;

    internal AdminClient Client => _client!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync(
            """
            {
              "a": { "Url": "tcp://127.0.0.1:0", "Pool": { "Name": "shared", "Size": 1 } },
              "b": { "Url": "tcp://127.0.0.1:0", "Pool": { "Name": "shared" } },
              "c": { "Url": "tcp://127.0.0.1:0" }
            }
            """,
            [ServerProcess.WithAdmin, "--KestrelRaw:Admin:AllowedHosts=a.internal;metrics.internal"]);
        _client = new AdminClient(_server.AdminPort);
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}
