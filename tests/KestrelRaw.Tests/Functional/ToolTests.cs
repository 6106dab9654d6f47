using System.Globalization;
using System.Text.RegularExpressions;

using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Functional;

/// <summary>The clients that people use.</summary>
public sealed class ToolTests
{
    private const string Endpoint = """{ "a": { "Url": "tcp://127.0.0.1:0" }, "t": { "Url": "tcp://127.0.0.1:0", "Model": "Threads" } }""";

    [Theory]
    [InlineData("a", 500)]
    [InlineData("a", 1000)]
    [InlineData("a", 1500)]
    [InlineData("t", 500)]
    public async Task Ab_ManyAtOnce_AllCompleteNoneFailed(string endpoint, int concurrency)
    {
        int requests = 4 * concurrency;
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoint);
        (int exitCode, string output) = await Tools.RunAsync("ab", $"-q -n {requests} -c {concurrency} http://127.0.0.1:{server.Port(endpoint)}/");
        Assert.True(exitCode == 0, output);
        Assert.Equal(requests, Field(output, "Complete requests"));
        Assert.Equal(0, Field(output, "Failed requests"));
        Assert.InRange(Field(output, "Time taken for tests"), 2.0, 20.0);
    }

    [Fact]
    public async Task Curl_OneRequest_PrintsTheBodyAndNoError()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoint);
        Assert.Equal((0, "Hello World!"), await Tools.RunAsync("curl", $"-sS --fail http://127.0.0.1:{server.Port("a")}/"));
    }

    [Fact]
    public async Task Netcat_HalfClosingFirst_GetsTheAnswer()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoint);
        (_, string output) = await Tools.RunAsync("nc", $"-N 127.0.0.1 {server.Port("a")}", input: "x");
        Assert.EndsWith("Hello World!", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hey_ManyAtOnce_HasOnly200()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoint);
        (int exitCode, string output) = await Tools.RunAsync("hey", $"-n 400 -c 100 http://127.0.0.1:{server.Port("a")}/");
        Assert.Equal(0, exitCode);
        Assert.Contains("[200]\t400 responses", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Error distribution", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrk_ManyAtOnce_HasNoErrors()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoint);
        (int exitCode, string output) = await Tools.RunAsync("wrk", $"-t 2 -c 100 -d 3s --timeout 15s http://127.0.0.1:{server.Port("a")}/");
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("errors", output, StringComparison.OrdinalIgnoreCase);
        Assert.Matches(@"[1-9]\d* requests in", output);
    }

    private static double Field(string output, string label) =>
        double.Parse(Regex.Match(output, $@"{label}:\s+([\d.]+)").Groups[1].Value, CultureInfo.InvariantCulture);
}
