using System.Net;
using System.Text.RegularExpressions;

using LoadClient.Load;
using LoadClient.Reporting;
using LoadClient.Reporting.Html;

namespace LoadClient.Tests.Reporting.Html;

public sealed partial class RunPageTests
{
    private const string Hostile = "\"'></style></title><script>alert(1)</script><img src=x onerror=alert(1)>";

    private static readonly SettingsReport Some = SampleReports.Article().Settings;

    private static readonly SettingsReport Other = new(
        "unix:/run/other", "unix:/run/other", 0, null, true, null, 12.5, 77, 250, 3, 99, true, 47, "Hello", 0.25, ["127.0.0.2"], 3, true);

    public static TheoryData<string> SettingNames { get; } = [.. typeof(SettingsReport).GetProperties().Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(SettingNames))]
    public void Write_OneSettingIsAnother_PageSaysSo(string name)
    {
        SettingsReport changed = Some with { };
        typeof(SettingsReport).GetProperty(name)!.SetValue(changed, typeof(SettingsReport).GetProperty(name)!.GetValue(Other));
        Assert.Single(RunSettings.All(changed).Except(RunSettings.All(Some)));

        string page = Pages.Of(SampleReports.Article() with { Settings = changed });
        Assert.All(RunSettings.All(changed), setting => Assert.Contains($"<dt>{setting.Name}</dt><dd>{WebUtility.HtmlEncode(setting.Value)}</dd>", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_HostileText_IsEncodedEverywhere()
    {
        RunReport report = SampleReports.Article() with
        {
            ClientVersion = Hostile,
            Settings = Some with { Url = Hostile, Host = Hostile, Path = Hostile, ExpectText = Hostile, Sources = [Hostile] },
            Server = new ServerReport(Hostile, 91),
            OtherErrors = new Dictionary<string, long> { [Hostile] = 1 },
            Client = new ClientReport(1, 1, 1, [Hostile]),
            Thresholds = [new ThresholdReport(Hostile, Hostile, IsBroken: true)],
        };
        string page = Pages.Of(report);
        Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.Single(Regex.Matches(page, "</style>"));
    }

    [Fact]
    public void Write_HttpTarget_PageRefersToNothingOutside()
    {
        string page = Pages.Of(SampleReports.Article() with { Settings = Some with { Url = "http://127.0.0.1:7777/" } });
        Assert.DoesNotMatch(Reference(), page);
        Assert.Contains("""content="default-src 'none'; style-src 'unsafe-inline'">""", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SeveralCharts_IdsAreUnique()
    {
        string[] ids = [.. Id().Matches(Pages.Of(SampleReports.Article())).Select(id => id.Value)];
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void Write_CleanRun_HasNoBanner() =>
        Assert.DoesNotContain("class=\"banner", Pages.Of(SampleReports.Of(501, 502, 503)), StringComparison.Ordinal);

    [Fact]
    public void Write_Errors_BannerNamesThem() => AssertBanner(SampleReports.Article(), "bad", "12 of 10,000 connections failed", "reset: 9", "read-timeout: 3");

    [Fact]
    public void Write_Partial_BannerSaysSo() => AssertBanner(
        SampleReports.Of(501) with { IsPartial = true, Counts = new CountsReport(3, 1, 0, 2, 0, 0, 0) }, "warning", "Stopped early", "2 connections still under way");

    [Fact]
    public void Write_Bottleneck_BannerSaysSo() => AssertBanner(
        SampleReports.Of(501) with { Client = new ClientReport(1, 1, 0.99, ["No local port was left."]) }, "warning", "The client, not the server", "No local port was left.");

    [Fact]
    public void Write_BrokenThreshold_BannerNamesOnlyThat()
    {
        RunReport report = SampleReports.Of(501) with { Thresholds = [new("p99>500ms", "501 ms", IsBroken: true), new("failed>0", "0", IsBroken: false)] };
        AssertBanner(report, "bad", "A threshold is broken", "<code>p99&gt;500ms</code>: measured 501 ms");
        Assert.DoesNotContain("<code>failed", Pages.Of(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NoGoodConnection_FiguresAreMissingNotZero()
    {
        string page = Pages.Of(SampleReports.Of() with { Errors = SampleReports.Errors((ConnectionOutcome.Refused, 5)), Counts = new CountsReport(5, 0, 5, 0, 0, 0, 0) });
        Assert.DoesNotContain("<svg", page, StringComparison.Ordinal);
        Assert.Contains("Nothing to draw", page, StringComparison.Ordinal);
        Assert.Contains("<dt>p99</dt><dd>–", page, StringComparison.Ordinal);
    }

    private static void AssertBanner(RunReport report, string kind, string title, params string[] lines)
    {
        Match banner = Regex.Match(Pages.Of(report), $"""<div class="banner {kind}".*?</div>""");
        Assert.Contains(title, banner.Value, StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Contains(line, banner.Value, StringComparison.Ordinal));
    }

    [GeneratedRegex("""<[^>]+\s(src|href|srcset|action|data)\s*=|url\((?!#)|@import""")]
    private static partial Regex Reference();

    [GeneratedRegex("""(?<= id=")[^"]+""")]
    private static partial Regex Id();
}
