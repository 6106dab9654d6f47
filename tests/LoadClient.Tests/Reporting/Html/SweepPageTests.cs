using LoadClient.Reporting;

namespace LoadClient.Tests.Reporting.Html;

public sealed class SweepPageTests
{
    [Fact]
    public void Write_SeveralTools_EachIsALineOfItsOwn()
    {
        string page = Pages.Of(SampleReports.Sweep());
        Assert.All(new[] { ">threads<", ">async<", ">pool<", ">async (ab)<", ">ideal, c / 0.5 s<" }, text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.DoesNotContain("(loadclient)", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_EveryRow_IsInTheTable()
    {
        SweepReport report = SampleReports.Sweep();
        string page = Pages.Of(report);
        Assert.All(report.Rows, row => Assert.Contains(
            $"""<tr><th scope="row">{row.Target}</th><td>{row.Tool}</td><td>{row.Connections:N0}</td><td>{row.RequestsPerSecond:N1}</td><td>{row.P50:N1}</td><td>{row.P99:N1}</td>""",
            page,
            StringComparison.Ordinal));
    }

    [Fact]
    public void Write_NoExpectedDelay_HasNoIdeal() =>
        Assert.DoesNotContain("ideal, c", Pages.Of(SampleReports.Sweep() with { ExpectDelaySeconds = null }), StringComparison.Ordinal);

    [Fact]
    public void Write_HostileText_IsEncoded()
    {
        const string Hostile = "\u0001</svg></style><script>alert(1)</script>\ud800_{x";
        SweepRow row = SampleReports.Row(Hostile, 500, 950, tool: Hostile) with { Note = Hostile, Failed = 3 };
        string page = Pages.Of(SampleReports.Sweep() with { Rows = [row], Settings = [new(Hostile, Hostile)] });
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Connections failed", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_UnknownFigures_AreMissingNotZero()
    {
        SweepRow row = SampleReports.Row("dead", 500, 0, p99: null) with { Failed = 10_000, Efficiency = null };
        Assert.Contains("<td>0.00</td><td>–</td><td>–</td><td>–</td>", Pages.Of(SampleReports.Sweep() with { Rows = [row] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NoRow_StillIsAPage() => Assert.Contains("Nothing to draw", Pages.Of(SampleReports.Sweep() with { Rows = [] }), StringComparison.Ordinal);
}
