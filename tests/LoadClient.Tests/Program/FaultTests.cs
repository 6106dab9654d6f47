using LoadClient.Tests.Load;

namespace LoadClient.Tests.Program;

/// <summary>Wrong usage: exit code 2, every fault named, and nothing done.</summary>
[Collection(nameof(RunsAlone))]
public sealed class FaultTests
{
    [Fact]
    public async Task Options_SeveralAreAtFault_AllAreNamedWithTheirValuesAndNothingIsDone()
    {
        await using TestServer server = TestServer.Start(Serve.Response(Serve.Http));
        string report = Path.GetTempFileName();
        await File.WriteAllTextAsync(report, "kept");
        try
        {
            ClientResult result = await ClientProcess.RunAsync(
                server.Tcp.Url, "-n", "0", "-c", "many", "-t", "30", "-r", "-1", "--expect-bytes", "1.5", "--expect-delay", "soon",
                "--source", "192.0.2.1", "--threads", "0", "-b", "x", "-f", "/none/such", "-o", "xml", "--fail-if", "p98>1ms", "--json", report);

            Assert.Equal((2, ""), (result.ExitCode, result.Output));
            (string Option, string Value)[] faults =
            [
                ("--requests", "'0'"), ("--connections", "'many'"), ("--timeout", "'30'"), ("--rate", "'-1'"), ("--expect-bytes", "'1.5'"),
                ("--expect-delay", "'soon'"), ("--source", "'192.0.2.1'"), ("--threads", "'0'"), ("--body-file", "'/none/such'"), ("--format", "'xml'"), ("--fail-if", "p98"),
            ];
            Assert.All(faults, fault => Assert.Contains(result.ErrorLines, line => line.StartsWith($"  {fault.Option}: ", StringComparison.Ordinal) && line.Contains(fault.Value, StringComparison.Ordinal)));

            // One line each: no stack trace.
            Assert.Equal(1 + faults.Length, result.ErrorLines.Length);
            Assert.Equal("kept", await File.ReadAllTextAsync(report));
            Assert.Equal(0, server.Accepted);
        }
        finally
        {
            File.Delete(report);
        }
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--gnuplot")]
    [InlineData("--hlog")]
    public async Task ReportFile_DirectoryDoesNotExist_IsNamedBeforeAnyConnection(string option)
    {
        await using TestServer server = TestServer.Start(Serve.Response(Serve.Http));

        ClientResult result = await ClientProcess.RunAsync(server.Tcp.Url, "-n", "10", option, "/none/such/report");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(result.ErrorLines, line => line.StartsWith($"  {option}: /none/such/report", StringComparison.Ordinal));
        Assert.Equal(2, result.ErrorLines.Length);
        Assert.Equal(0, server.Accepted);
    }

    [Fact]
    public async Task Url_IsMissing_IsNamed()
    {
        ClientResult result = await ClientProcess.RunAsync("-n", "10");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("URL: is missing", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Option_IsUnknown_IsNamed()
    {
        ClientResult result = await ClientProcess.RunAsync("tcp://127.0.0.1:9", "--keep-alive");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("--keep-alive", result.Error, StringComparison.Ordinal);
    }
}
