using System.Diagnostics;

namespace KestrelRaw.TestHelpers;

/// <summary>A headless Chromium with a profile of its own, driven over the DevTools protocol.</summary>
public sealed class Browser : IAsyncDisposable
{
    private const string Announcement = "DevTools listening on ";

    // Nothing may leave the machine: not what Chromium does by itself, nor what a page asks for.
    private static readonly string[] Options =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--disable-sync", "--disable-breakpad", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1", "--remote-debugging-port=0",
    ];

    private readonly Process _process;
    private readonly string _profile;
    private DevTools? _tools;

    private Browser(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>Skips the test where Chromium is not installed.</summary>
    public static async Task<Browser> StartAsync()
    {
        Tools.SkipUnlessPresent("chromium");
        string profile = Directory.CreateTempSubdirectory("chromium-").FullName;
        var process = new Process { StartInfo = new ProcessStartInfo("chromium", [.. Options, $"--user-data-dir={profile}", "about:blank"]) { RedirectStandardError = true } };
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                address.TrySetException(new InvalidOperationException("Chromium ended at its start."));
            }
            else if (line.Data.StartsWith(Announcement, StringComparison.Ordinal))
            {
                address.TrySetResult(new Uri(line.Data[Announcement.Length..]));
            }
        };
        process.Start();
        process.BeginErrorReadLine();
        var browser = new Browser(process, profile);
        try
        {
            browser._tools = await DevTools.ConnectAsync(await address.Task.OrHang());
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a page and waits until it is loaded with all that belongs to it.</summary>
    public async Task<BrowserPage> OpenAsync(Uri address, BrowserView view)
    {
        var page = await BrowserPage.CreateAsync(_tools!);
        await page.SetViewAsync(view);
        await page.NavigateAsync(address);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_tools is not null)
        {
            await CloseAsync(_tools);
        }

        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().OrHang();
        _process.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    /// <summary>Politely: a browser that is killed leaves helpers which still write into the profile. A crashed one can't answer.</summary>
    private async Task CloseAsync(DevTools tools)
    {
        try
        {
            await tools.CallAsync("Browser.close");
            await _process.WaitForExitAsync().OrHang();
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or System.Net.WebSockets.WebSocketException)
        {
        }

        await tools.DisposeAsync();
    }
}
