using LoadClient.Reporting;

namespace LoadClient.Tests.Reporting;

public sealed class CsvReportTests
{
    [Fact]
    public void Write_GoodRun_HasARowForEveryPercentage()
    {
        string[] lines = Write(RunReports.Good).Split('\n');
        Assert.Equal(103, lines.Length);
        Assert.Equal(["Percentage served,Time in ms", "0,101.000", "1,102.000"], lines[..3]);
        Assert.Equal(["99,200.000", "100,200.000", ""], lines[100..]);
    }

    [Fact]
    public void Write_NoGoodConnection_IsTheHeaderAlone() => Assert.Equal("Percentage served,Time in ms\n", Write(RunReports.AllRefused));

    private static string Write(RunReport report)
    {
        using var output = new StringWriter();
        CsvReport.Write(output, report);
        return output.ToString();
    }
}
