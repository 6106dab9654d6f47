using KestrelRaw.TestHelpers;

namespace LoadClient.Tests.Reporting.Html;

/// <summary>One browser for all tests of a class, started by the first: so each of them is skipped where there is none.</summary>
public sealed class SharedBrowser : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("loadclient-").FullName;
    private Browser? _browser;

    public async Task<BrowserPage> OpenAsync(string content, string fileName, BrowserView view)
    {
        _browser ??= await Browser.StartAsync();
        string path = Path.Combine(_directory, fileName);
        await File.WriteAllTextAsync(path, content);
        return await _browser.OpenAsync(new Uri(path), view);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }
}
