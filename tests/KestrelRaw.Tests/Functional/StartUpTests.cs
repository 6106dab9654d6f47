using System.Net;
using System.Net.Sockets;

using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Functional;

/// <summary>Commands, and starts that fail: one clear line a fault, exit code 2, never a stack trace.</summary>
public sealed class StartUpTests
{
    private const string Good = """{ "a": { "Url": "tcp://127.0.0.1:0" } }""";

    [Fact]
    public async Task Start_PortsInUse_NamesEachEndpointAndAddress()
    {
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        string output = await FailsAsync($$"""{ "one": { "Url": "tcp://127.0.0.1:{{port}}" }, "two": { "Url": "tcp://203.0.113.1:80" }, "good": { "Url": "tcp://127.0.0.1:0" } }""");
        Assert.Contains($"KestrelRaw:Endpoints:one:Url: can't listen on tcp://127.0.0.1:{port}: the address is in use", output, StringComparison.Ordinal);
        Assert.Contains("KestrelRaw:Endpoints:two:Url: can't listen on tcp://203.0.113.1:80: this machine has no such address", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_UnixPathTaken_SaysSo()
    {
        string path = Path.GetTempFileName();
        Assert.Contains($"can't listen on unix:{path}: the path is taken", await FailsAsync($$"""{ "u": { "Url": "unix:{{path}}" } }"""), StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains("can't listen on unix:/nowhere/at/all.sock", await FailsAsync("""{ "u": { "Url": "unix:/nowhere/at/all.sock" } }"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_UnknownHost_SaysSo() => Assert.Contains(
        "the host name can't be resolved",
        await FailsAsync("""{ "h": { "Url": "tcp://no-such-host.invalid:1" } }"""),
        StringComparison.Ordinal);

    [Fact]
    public async Task Start_BadKeysAndValues_NamesAll()
    {
        string output = await FailsAsync(
            """{ "a": { "Url": "tcp://127.0.0.1:0", "Modle": "Async", "Response": { "File": "/nowhere" } } }""",
            "--KestrelRaw:Endpoints:a:Work:Delay=5",
            "--port=1");
        Assert.Contains("4 faults", output, StringComparison.Ordinal);
        Assert.Contains("KestrelRaw:Endpoints:a:Modle: unknown key; did you mean Model? (appsettings.json)", output, StringComparison.Ordinal);
        Assert.Contains("KestrelRaw:Endpoints:a:Work:Delay: \"5\" (command line)", output, StringComparison.Ordinal);
        Assert.Contains("KestrelRaw:Endpoints:a:Response:File: \"/nowhere\" can't be read", output, StringComparison.Ordinal);
        Assert.Contains("--port=1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NoJson_NamesTheFileAndTheLine() =>
        Assert.Contains("appsettings.json", await FailsAsync("{ oops"), StringComparison.Ordinal);

    [Fact]
    public async Task Start_BadLogSettings_SaysSo() =>
        Assert.Contains("Serilog", await FailsAsync(Good, "--Serilog:MinimumLevel:Default=Loud"), StringComparison.Ordinal);

    [Fact]
    public async Task Check_Good_PrintsValuesWithTheirSources()
    {
        (int exitCode, string output) = await ServerProcess.RunAsync(Good, "check", "--KestrelRaw:Endpoints:a:Pool:Size=3");
        Assert.Equal(0, exitCode);
        Assert.Contains("KestrelRaw:Endpoints:a:Url = tcp://127.0.0.1:0  (appsettings.json)", output, StringComparison.Ordinal);
        Assert.Contains("KestrelRaw:Endpoints:a:Pool:Size = 3  (command line)", output, StringComparison.Ordinal);
        Assert.Contains("KestrelRaw:Endpoints:a:Backlog = 4096  (default)", output, StringComparison.Ordinal);
        Assert.Contains("The configuration is valid", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_EnvironmentVariable_OverridesTheFile()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Good, prefix: ["env", "KestrelRaw__Endpoints__a__Pool__Size=2"]);
        Assert.Contains("pool 2, StopAccepting when full", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Bad_ExitsWithTwo()
    {
        (int exitCode, string output) = await ServerProcess.RunAsync("{}", "check");
        Assert.Equal(2, exitCode);
        Assert.Contains("KestrelRaw:Endpoints: there is no enabled endpoint", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "Usage:")]
    [InlineData("-h", "Examples:")]
    [InlineData("--version", ".")]
    [InlineData("schema", "json-schema")]
    public async Task Command_ThatOnlyPrints_ExitsWithZero(string argument, string expected)
    {
        (int exitCode, string output) = await ServerProcess.RunAsync(Good, argument);
        Assert.Equal(0, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    private static async Task<string> FailsAsync(string endpoints, params string[] arguments)
    {
        (int exitCode, string output) = await ServerProcess.RunAsync(endpoints, arguments);
        Assert.True(exitCode == 2, $"exit code {exitCode}: {output}");
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        return output;
    }
}
