using System.Text;
using System.Text.RegularExpressions;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Configuration;

/// <summary>Bad configuration and the real program: exit code 2, every fault in a line of its own, no stack trace.</summary>
public sealed partial class SettingsProgramTests
{
    private const string Good = """{ "KestrelRaw": { "Admin": { "Url": null }, "Endpoints": { "a": { "Url": "tcp://127.0.0.1:0" } } } }""";

    /// <summary>Makes the file that is its first argument the program's appsettings.json.</summary>
    private const string WithDocument = """cp "$1" appsettings.json; shift; exec "$@" """;

    private static readonly string Ordinary = Good.Replace("\"a\"", "\"b\"", StringComparison.Ordinal);

    /// <summary>Documents, by what is wrong with them.</summary>
    public static TheoryData<string, string> Documents => new()
    {
        { "", "configuration: " },
        { "{", "configuration: " },
        { "[]", "configuration: " },
        { "null", "configuration: " },
        { "{}", "there is no enabled endpoint" },
        { Good[..50], "configuration: " },
        { Good + Good, "configuration: " },
        { With("\"URL\": 1"), "configuration: " },
        { Good.Replace("\"a\"", "\"\\ud800\"", StringComparison.Ordinal), "configuration: " },
        { Good.Replace("\"a\"", "\"a\\n\"", StringComparison.Ordinal), "a\\n: an endpoint's name must be" },
        { Good.Replace("\"a\"", "\"\"", StringComparison.Ordinal), "an endpoint's name must be" },
        { Good.Replace("tcp://127.0.0.1:0", "tcp://127.0.0.1:99999999999", StringComparison.Ordinal), "a:Url: \"tcp://127.0.0.1:99999999999\"" },
        { Good.Replace("tcp://127.0.0.1:0", "tcp://127.0.0.1:0\\u0000", StringComparison.Ordinal), "a:Url: \"tcp://127.0.0.1:0\\u0000\"" },
        { Good.Replace("tcp://127.0.0.1:0", "unix:/" + new string('x', 200), StringComparison.Ordinal), "a:Url: \"unix:/xxx" },
        { Good.Replace("tcp://127.0.0.1:0", "unix:/nowhere/at/all", StringComparison.Ordinal), "a:Url: can't listen on unix:/nowhere/at/all" },
        { Good.Replace("tcp://127.0.0.1:0", "tcp://" + string.Join('.', Enumerable.Repeat("label", 60)) + ":0", StringComparison.Ordinal), "a:Url: " },
        { Good.Replace("tcp://127.0.0.1:0", "tcp://no.such.host.invalid:0", StringComparison.Ordinal), "a:Url: can't listen on tcp://no.such.host.invalid:0: the host name can't be resolved" },
        { Good.Replace("tcp://127.0.0.1:0", "tcp://b\u00fc\u00dfcher\u2024:0", StringComparison.Ordinal), "a:Url: " },
        { Good.Replace("tcp://127.0.0.1:0", "tcp://198.51.100.1:0", StringComparison.Ordinal), "a:Url: can't listen on tcp://198.51.100.1:0: this machine has no such address" },
        { With("\"Backlog\": 1e400"), "a:Backlog: \"1e400\"" },
        { With("\"Work\": { \"Delay\": \"99999999999999999999999999999h\" }"), "a:Work:Delay: \"99999999999999999999999999999h\"" },
        { With("\"Timeouts\": { \"Linger\": \"10675199:00:00\" }"), "a:Timeouts:Linger: \"10675199:00:00\"" },
        { With("\"Pool\": { \"Size\": 1" + new string('0', 500) + " }"), "a:Pool:Size: \"1000" },
        { With("\"Response\": { \"File\": \"\\u0000\" }"), "a:Response:File: " },
        { With("\"Response\": { \"File\": \"" + new string('f', 5000) + "\" }"), "a:Response:File: " },
        { With("\"Response\": { \"File\": \"/\" }"), "a:Response:File: " },
        { With("\"Work\": { \"Kind\": \"MongoDb\", \"MongoDb\": { \"ConnectionString\": \"mongodb://[::1\", \"Collection\": \"c\", \"Database\": \"d\" } }"), "a:Work:MongoDb:ConnectionString: " },
        { With(string.Concat(Enumerable.Repeat("\"x\": {", 100)) + "\"y\": 1" + new string('}', 100)), "configuration: " },
        { With("\"" + string.Join(':', Enumerable.Repeat("x", 40_000)) + "\": 1"), "unknown key" },
        { With("\"" + new string('k', 900_000) + "\": 1"), "unknown key" },
        { Good.Replace("tcp://127.0.0.1:0", new string('u', 900_000), StringComparison.Ordinal), "a:Url: \"uuu" },
        { Good.Replace("tcp://127.0.0.1:0", new string('u', 10_000_000), StringComparison.Ordinal), "configuration: appsettings.json has 10,000," },
        { Good.Replace("null", "\"http://" + string.Join('.', Enumerable.Repeat("label", 60)) + ":0\"", StringComparison.Ordinal), "Admin:Url: " },
        { Good.TrimEnd('}', ' ') + "} } }, \"Serilog\": { \"WriteTo\": [ { \"Name\": \"Console\", \"Args\": { \"theme\": \"No.Such.Type, Nowhere\" } } ] } }", "Serilog: " },
        { Good.TrimEnd('}', ' ') + "} } }, \"Serilog\": { \"Using\": [ \"No.Such.Assembly\" ] } }", "Serilog: " },
        { Good.TrimEnd('}', ' ') + "} } }, \"Serilog\": { \"Using\": [ \"\" ] } }", "Serilog: " },
        { Good.TrimEnd('}', ' ') + "} } }, \"Serilog\": { \"MinimumLevel\": { \"Default\": \"Loud\" } } }", "Serilog: " },
    };

    [Theory]
    [MemberData(nameof(Documents), DisableDiscoveryEnumeration = true)]
    public async Task Serve_BadDocument_EndsWithTwoAndEveryFault(string document, string expected)
    {
        (int code, string output) = await RunAsync(document, []);
        AssertRefused(code, output, expected);
    }

    /// <summary>What <c>docker run -v</c> makes of a file that is not there.</summary>
    [Fact]
    public async Task Serve_DirectoryInPlaceOfTheDocument_EndsWithTwoAndTheFault()
    {
        (int code, string output) = await ServerProcess.RunAsync("{}", [], ["sh", "-c", """rm appsettings.json; mkdir appsettings.json; exec "$@" """, "sh"]);
        AssertRefused(code, output, "configuration: appsettings.json is a directory");
    }

    [Theory]
    [InlineData("KestrelRaw__Endpoints__a__Url=\n", "KestrelRaw:Endpoints:a:Url: \"\\n\" (environment)")]
    [InlineData("KestrelRaw__Endpoints__a__Pool__Size=9999999999", "KestrelRaw:Endpoints:a:Pool:Size: \"9999999999\" (environment)")]
    [InlineData("KestrelRaw__Endpoints__a__Pool=x", "must be an object with keys of its own (environment)")]
    [InlineData("KestrelRaw__Endpoints__=x", "KestrelRaw:Endpoints:")]
    [InlineData("KestrelRaw____=x", "unknown key")]
    [InlineData("KestrelRaw=x", "KestrelRaw: ")]
    public async Task Serve_BadEnvironment_EndsWithTwoAndTheFault(string variable, string expected)
    {
        (int code, string output) = await RunAsync(Ordinary, [], ["env", variable]);
        AssertRefused(code, output, expected);
    }

    [Fact]
    public async Task Serve_KeyOfManyPartsInTheEnvironment_EndsWithTwoAndTheFault()
    {
        (int code, string output) = await RunAsync(Ordinary, [], ["env", $"KestrelRaw__{string.Join("__", Enumerable.Repeat("x", 40_000))}=1"]);
        AssertRefused(code, output, "unknown key");
    }

    [Theory]
    [InlineData("--KestrelRaw:", "--KestrelRaw:")]
    [InlineData("--KestrelRaw:=x", "KestrelRaw:")]
    [InlineData("--KestrelRaw:Endpoints:a:Url==", "KestrelRaw:Endpoints:a:Url: \"=\" (command line)")]
    [InlineData("--KestrelRaw:Endpoints:a:Pool:Size=1\u001b[31m", "\"1\\u001b[31m\" (command line)")]
    [InlineData("-x", "no command and no setting")]
    [InlineData("@/nowhere", "@/nowhere")]
    [InlineData("[diagram]", "[diagram]")]
    [InlineData("check check", "check check")]
    public async Task Serve_BadArgument_EndsWithTwoAndTheFault(string argument, string expected)
    {
        (int code, string output) = await RunAsync(Good, [argument]);
        AssertRefused(code, output, expected);
    }

    [Fact]
    public async Task Serve_GoodDocumentInOddForms_Serves()
    {
        foreach (string document in new[] { "\ufeff" + Good, Good.Replace(",", ",\r\n// a comment\r\n", StringComparison.Ordinal), Good.Replace("} }", ", } , }", StringComparison.Ordinal), Good.Replace("Url", "\\u0055RL", StringComparison.Ordinal) })
        {
            (int code, string output) = await RunAsync(document, ["check"]);
            Assert.True(code == 0, output);
        }
    }

    private static string With(string member) => Good.Replace("\"tcp://127.0.0.1:0\"", "\"tcp://127.0.0.1:0\", " + member, StringComparison.Ordinal);

    private static async Task<(int Code, string Output)> RunAsync(string document, string[] arguments, string[]? prefix = null)
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, document, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            return await ServerProcess.RunAsync("{}", arguments, ["sh", "-c", WithDocument, "sh", path, .. prefix ?? []]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void AssertRefused(int code, string output, string expected)
    {
        Assert.True(code == 2, $"Exit code {code}: {Start(output)}");
        Assert.True(output.Length < 20_000, Start(output));
        string[] lines = output.Split('\n');
        Assert.Matches(FirstLine(), lines[0]);
        Assert.All(lines[1..], line => Assert.StartsWith("  ", line, StringComparison.Ordinal));
        Assert.Contains(lines[1..], line => line.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("nhandled exception", output, StringComparison.Ordinal);
    }

    private static string Start(string output) => output[..Math.Min(output.Length, 2000)];

    [GeneratedRegex("^KestrelRaw can't start: [0-9]+ faults?$")]
    private static partial Regex FirstLine();
}
