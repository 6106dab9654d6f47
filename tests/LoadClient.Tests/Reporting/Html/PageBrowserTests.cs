using KestrelRaw.TestHelpers;
using LoadClient.Reporting;
using LoadClient.Reporting.Charts;

namespace LoadClient.Tests.Reporting.Html;

/// <summary>The pages as a reader opens them: from disk, in a browser.</summary>
public sealed class PageBrowserTests(SharedBrowser shared) : IClassFixture<SharedBrowser>
{
    /// <summary>Texts of one picture that lie on each other.</summary>
    private const string Overlaps = """
        [...document.querySelectorAll('svg')].flatMap(svg => {
          const texts = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
          return texts.flatMap(([one, a], index) => texts.slice(index + 1)
            .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
            .map(([other]) => one + ' / ' + other));
        })
        """;

    private static readonly Dictionary<string, string> AllPages = new()
    {
        ["run"] = Pages.Of(SampleReports.Article()),
        ["no good connection"] = Pages.Of(SampleReports.Of()),
        ["one connection"] = Pages.Of(SampleReports.Of(501.25)),
        ["all equal"] = Pages.Of(SampleReports.Of([.. Enumerable.Repeat(500.0, 1000)])),
        ["outlier"] = Pages.Of(SampleReports.Of([.. Enumerable.Range(0, 5000).Select(value => 0.2 + (value / 10_000.0)), 30_000])),
        ["long text"] = Pages.Of(LongText()),
        ["sweep"] = Pages.Of(SampleReports.Sweep()),
        ["sweep of many"] = Pages.Of(ManyTargets()),
    };

    public static TheoryData<string> PageNames { get; } = [.. AllPages.Keys];

    [Theory]
    [MemberData(nameof(PageNames))]
    public async Task Page_FromDisk_IsQuietAloneAndFitsAPhone(string name)
    {
        foreach (BrowserView view in new[] { BrowserView.Phone, new BrowserView(), new BrowserView(IsDark: true) })
        {
            await using BrowserPage page = await shared.OpenAsync(AllPages[name], "page.html", view);
            Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, view.Width);
            Assert.Empty(await page.EvaluateAsync<string[]>(Overlaps));
            Assert.Empty(page.Complaints);
            Assert.Single(page.Requests);
        }
    }

    [Theory]
    [InlineData(false, "screen", "rgb(255, 255, 255)")]
    [InlineData(true, "screen", "rgb(20, 24, 29)")]
    [InlineData(true, "print", "rgb(255, 255, 255)")]
    public async Task Page_EachMode_HasItsColorsButPaperIsWhite(bool isDark, string media, string background)
    {
        await using BrowserPage page = await shared.OpenAsync(AllPages["run"], "page.html", new BrowserView(IsDark: isDark, Media: media));
        Assert.Equal(background, await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StandaloneChart_EachMode_HasItsColors(bool isDark)
    {
        await using BrowserPage page = await shared.OpenAsync(SweepChart.Standalone(SampleReports.Sweep()), "chart.svg", new BrowserView(IsDark: isDark));
        Assert.Equal(isDark ? "rgb(20, 24, 29)" : "rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('rect')).fill"));
        Assert.Equal(isDark ? "rgb(232, 235, 239)" : "rgb(27, 31, 36)", await page.EvaluateAsync<string>("getComputedStyle([...document.querySelectorAll('text')].find(text => text.textContent == 'threads')).fill"));
        Assert.Empty(await page.EvaluateAsync<string[]>(Overlaps));
        Assert.Empty(page.Complaints);
    }

    private static RunReport LongText()
    {
        RunReport report = SampleReports.Article();
        string text = new('x', 400);
        return report with
        {
            Settings = report.Settings with { Url = $"http://{text}/", ExpectText = text },
            OtherErrors = new Dictionary<string, long> { [text] = 1 },
            Thresholds = [new(text, text, IsBroken: true)],
        };
    }

    private static SweepReport ManyTargets() => SampleReports.Sweep() with
    {
        Rows =
        [
            .. from target in Enumerable.Range(0, 12)
               from connections in new[] { 1, 2, 10, 50, 100, 200, 1000 }
               select SampleReports.Row(target == 3 ? "a-name-that-is-longer-than-a-legend-can-hold" : $"target-{target}", connections, connections * (20 - target), 500 + (target * connections)) with { Note = "read-timeout 3" },
        ],
    };
}
