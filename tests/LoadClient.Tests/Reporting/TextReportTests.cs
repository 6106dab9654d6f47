using LoadClient.Reporting;

namespace LoadClient.Tests.Reporting;

public sealed class TextReportTests
{
    [Fact]
    public void Write_GoodRun_IsAbsReportAndNothingElse() =>
        Assert.Equal(
            """
            This is LoadClient, Version 0.1.0


            Server Software:        
            Server Hostname:        127.0.0.1
            Server Port:            7777

            Document Path:          /
            Document Length:        12 bytes

            Concurrency Level:      10
            Time taken for tests:   2.000 seconds
            Complete requests:      100
            Failed requests:        0
            Total transferred:      9600 bytes
            HTML transferred:       1200 bytes
            Requests per second:    50.00 [#/sec] (mean)
            Time per request:       200.000 [ms] (mean)
            Time per request:       20.000 [ms] (mean, across all concurrent requests)
            Transfer rate:          4.69 [Kbytes/sec] received

            Connection Times (ms)
                          min  mean[+/-sd] median   max
            Connect:        1    1   0.0      1       1
            Processing:   100  150  29.0    150     199
            Waiting:      100  149  29.0    150     199
            Total:        101  151  29.0    151     200

            Percentage of the requests served within a certain time (ms)
              50%    151
              66%    167
              75%    176
              80%    181
              90%    191
              95%    196
              98%    199
              99%    200
             100%    200 (longest request)

            """,
            Text(RunReports.Good));

    [Fact]
    public void Write_FailedConnections_AreInAbsLineAndByName()
    {
        string text = Text(RunReports.Full);
        Assert.Contains("Complete requests:      121\nFailed requests:        21\n   (Connect: 4, Receive: 6, Length: 11, Exceptions: 0)\nNon-2xx responses:      5\n", text, StringComparison.Ordinal);
        Assert.Contains("Errors:\n  refused                      1\n  reset                        2\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("no-local-port", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OtherErrors_NamesTheKernelsMessages()
    {
        RunReport report = RunReports.AllRefused with
        {
            Errors = new Dictionary<string, long> { ["other"] = 50 },
            OtherErrors = new Dictionary<string, long> { ["Network is unreachable"] = 50 },
        };
        string text = Text(report);
        Assert.Contains("(Connect: 0, Receive: 0, Length: 0, Exceptions: 50)", text, StringComparison.Ordinal);
        Assert.Contains("  other                       50\n    50 x Network is unreachable\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OwnBody_SaysWhatWasSent() =>
        Assert.Contains(
            """
            Total transferred:      9600 bytes
            Total body sent:        8200
            HTML transferred:       1200 bytes
            """,
            Text(RunReports.Full),
            StringComparison.Ordinal);

    [Fact]
    public void Write_OwnBody_SaysHowFastItWasSent() =>
        Assert.Contains(
            """
            Transfer rate:          4.69 [Kbytes/sec] received
                                    4.00 kb/s sent
                                    8.69 kb/s total
            """,
            Text(RunReports.Full),
            StringComparison.Ordinal);

    [Fact]
    public void Write_EverythingBesides_FollowsAbsPart() =>
        Assert.EndsWith(
            """
             100%    200 (longest request)

            Efficiency:             0.982 (ideal 1.964 s, taken 2.000 s)

            Errors:
              refused                      1
              reset                        2
              connect-timeout              3
              read-timeout                 4
              short-response               5
              unexpected-response          6

            Rate asked:             60.50 [#/sec]
            Late starts:            7
            Latest start:           3.250 [ms] after its time

            Partial:                stopped before its end
            Abandoned:              3 connections still under way

            Thresholds (the run fails if):
              p99>150ms  199 ms  BROKEN
              rps<10       50/s  ok

            This client, not the server, was the limit:
              The busiest loop was busy 99 % of the time.

            """,
            Text(RunReports.Full),
            StringComparison.Ordinal);

    [Fact]
    public void Write_PartialRun_SaysSoInItsSecondLine() =>
        Assert.StartsWith("Partial: ", Text(RunReports.Full).Split('\n')[1], StringComparison.Ordinal);

    [Fact]
    public void Write_OpenLoop_MeanTimeIsTheMeasuredOne() =>
        Assert.Contains("Time per request:       150.500 [ms] (mean)\n", Text(RunReports.Full), StringComparison.Ordinal);

    [Fact]
    public void Write_NoGoodConnection_LeavesOutTimesAsAbDoes()
    {
        string text = Text(RunReports.AllRefused);
        Assert.Contains("Requests per second:    0.00 [#/sec] (mean)\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Time per request", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Connection Times", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Percentage of", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ControlCharactersOfTheServer_DoNotReachTheTerminal() =>
        Assert.Contains("Server Software:        ?[31mOdd\n", Text(RunReports.Good with { Server = new ServerReport("\e[31mOdd", 12) }), StringComparison.Ordinal);

    [Theory]
    [InlineData("/a?b=1", false, "/a?b=1")]
    [InlineData(null, false, "/")]
    [InlineData(null, true, "-")]
    public void Write_Path_IsTheRequestsOrADash(string? path, bool isOwnBody, string expected)
    {
        RunReport report = RunReports.Good with { Settings = RunReports.Good.Settings with { Path = path, IsOwnBody = isOwnBody } };
        Assert.Contains($"Document Path:          {expected}\n", Text(report), StringComparison.Ordinal);
    }

    private static string Text(RunReport report)
    {
        using var output = new StringWriter { NewLine = "\n" };
        TextReport.Write(output, report);
        return output.ToString();
    }
}
