using System.Xml.Linq;

using LoadClient.Reporting.Charts;
using LoadClient.Tests.Reporting.Html;

namespace LoadClient.Tests.Reporting.Charts;

public sealed class SweepChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Standalone_Sweep_BringsItsColorsForLightAndDark()
    {
        XElement svg = XElement.Parse(SweepChart.Standalone(SampleReports.Sweep()));
        Assert.Equal(Svg + "svg", svg.Name);
        Assert.Contains("prefers-color-scheme: dark", svg.Element(Svg + "style")!.Value, StringComparison.Ordinal);
        Assert.Equal("fill:var(--surface)", svg.Element(Svg + "rect")!.Attribute("style")!.Value);
        Assert.NotEmpty(svg.Element(Svg + "title")!.Value);
    }

    [Fact]
    public void Standalone_NamesThatXmlCannotHold_AreStillASvg()
    {
        string svg = SweepChart.Standalone(SampleReports.Sweep() with { Rows = [SampleReports.Row("\0\ufffe\ud800<&>]]>", 500, 950)] });
        Assert.Contains(XElement.Parse(svg).Descendants(Svg + "text"), text => text.Value == "\ufffd\ufffd\ufffd<&>]]>");
    }

    [Fact]
    public void Standalone_MarksOfSubscript_StayText()
    {
        string svg = SweepChart.Standalone(SampleReports.Sweep() with { Rows = [SampleReports.Row("a_{b}^{c}", 500, 950)] });
        Assert.Contains(XElement.Parse(svg).Descendants(Svg + "text"), text => text.Value.Replace("\u200b", "", StringComparison.Ordinal) == "a_{b}^{c}");
    }

    [Fact]
    public void Standalone_NoRow_IsAnEmptyPlot() => Assert.Equal(Svg + "svg", XElement.Parse(SweepChart.Standalone(SampleReports.Sweep() with { Rows = [] })).Name);
}
