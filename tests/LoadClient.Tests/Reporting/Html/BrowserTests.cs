using KestrelRaw.TestHelpers;

namespace LoadClient.Tests.Reporting.Html;

/// <summary>The browser notices what the tests of the pages say is not there.</summary>
public sealed class BrowserTests(SharedBrowser shared) : IClassFixture<SharedBrowser>
{
    [Fact]
    public async Task Complaints_BrokenPolicyAndFailedScript_AreSeen()
    {
        const string Page = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><script>never()</script>""";
        await using BrowserPage blocked = await shared.OpenAsync(Page, "page.html", new());
        await using BrowserPage failed = await shared.OpenAsync("<script>never()</script>", "page.html", new());
        Assert.Contains("Content Security Policy", Assert.Single(blocked.Complaints), StringComparison.Ordinal);
        Assert.Contains("ReferenceError", Assert.Single(failed.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_PageWithAPicture_AreSeen()
    {
        await using BrowserPage page = await shared.OpenAsync("<img src=https://example.invalid/none.png>", "page.html", new());
        Assert.Equal("example.invalid", page.Requests.Last().Host);
    }
}
