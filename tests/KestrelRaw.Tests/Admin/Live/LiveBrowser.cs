using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Admin.Live;

/// <summary>One browser for all tests of a class, started by the first: so each of them is skipped where there is none.</summary>
public sealed class LiveBrowser : IAsyncDisposable
{
    private Browser? _browser;

    public Task<BrowserPage> OpenAsync(ServerProcess server, BrowserView view) => OpenAsync(new Uri($"http://127.0.0.1:{server.AdminPort}/"), view);

    public async Task<BrowserPage> OpenAsync(Uri address, BrowserView view)
    {
        _browser ??= await Browser.StartAsync();
        return await _browser.OpenAsync(address, view);
    }

    public ValueTask DisposeAsync() => _browser?.DisposeAsync() ?? default;
}
