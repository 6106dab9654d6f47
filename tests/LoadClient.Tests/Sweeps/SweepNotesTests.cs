using LoadClient.Reporting;
using LoadClient.Sweeps;

namespace LoadClient.Tests.Sweeps;

public sealed class SweepNotesTests
{
    [Fact]
    public void Of_CleanRun_IsEmpty() => Assert.Equal("", SweepNotes.Of(SweepData.Report()));

    [Fact]
    public void Of_ErrorsAndBottlenecks_NamesEachKind()
    {
        RunReport report = SweepData.Report();
        report = report with
        {
            Errors = new Dictionary<string, long>(report.Errors) { ["refused"] = 12, ["reset"] = 3, ["other"] = 2 },
            OtherErrors = new Dictionary<string, long> { ["Network is unreachable"] = 2 },
            Counts = report.Counts with { Non2xx = 4 },
            Client = report.Client with { Bottlenecks = ["This client's CPU was the limit."] },
        };

        Assert.Equal("12 refused, 3 reset, 2 other (Network is unreachable); 4 with a status other than 2xx; This client's CPU was the limit.", SweepNotes.Of(report));
    }

    [Fact]
    public void Join_LineBreaks_BecomeSpaces() => Assert.Equal("a b; c", SweepNotes.Join("a\nb", "", "c\n"));
}
