using System.CommandLine;
using System.Net;
using System.Text;
using LoadClient.Commands;
using LoadClient.Faults;
using LoadClient.Load;
using LoadClient.Targets;

namespace LoadClient.Tests.Commands;

public sealed class LoadOptionsTests
{
    [Fact]
    public void Read_Nothing_IsTheDefaults()
    {
        LoadTerms terms = Read([], out List<Fault> faults);

        Assert.Empty(faults);
        Assert.Equal((null, TimeSpan.FromSeconds(10), null, TimeSpan.FromSeconds(30)), (terms.Requests, terms.Duration, terms.Rate, terms.Timeout));
        Assert.Equal((null, null, null, false, null), (terms.Request, terms.ExpectBytes, terms.ExpectText, terms.AnyLength, terms.ExpectDelay));
        Assert.Empty(terms.Sources);
        Assert.InRange(terms.Threads, 1, 8);
    }

    [Fact]
    public void Read_Everything_IsTaken()
    {
        LoadTerms terms = Read(
            ["-n", "10000000", "-r", "0.5", "-t", "1h", "-b", "", "--expect-bytes", "0", "--expect", "é", "-l", "--expect-delay", "0ms", "--source", "127.0.0.1, 127.9.9.9", "--threads", "3"],
            out List<Fault> faults);

        Assert.Empty(faults);
        Assert.Equal((10_000_000, null, 0.5, TimeSpan.FromHours(1)), (terms.Requests, terms.Duration, terms.Rate, terms.Timeout));
        Assert.Equal((0, "é", true, TimeSpan.Zero, 3), (terms.ExpectBytes, terms.ExpectText, terms.AnyLength, terms.ExpectDelay, terms.Threads));
        Assert.Empty(terms.Request!);
        Assert.Equal([IPAddress.Loopback, IPAddress.Parse("127.9.9.9")], terms.Sources);
    }

    [Theory]
    [InlineData("-n", "0", "--requests")]
    [InlineData("-n", "-5", "--requests")]
    [InlineData("-n", "1e6", "--requests")]
    [InlineData("-n", "9223372036854775808", "--requests")]
    [InlineData("-d", "0s", "--duration")]
    [InlineData("-d", "10", "--duration")]
    [InlineData("-r", "0", "--rate")]
    [InlineData("-r", "NaN", "--rate")]
    [InlineData("-r", "20000000", "--rate")]
    [InlineData("-t", "0.5ms", "--timeout")]
    [InlineData("-t", "2h", "--timeout")]
    [InlineData("--expect-bytes", "-1", "--expect-bytes")]
    [InlineData("--expect-delay", "half", "--expect-delay")]
    [InlineData("--threads", "1025", "--threads")]
    [InlineData("--source", "localhost", "--source")]
    [InlineData("--source", "192.0.2.1", "--source")]
    [InlineData("-f", "/none/such", "--body-file")]
    public void Read_OneIsAtFault_IsNamedWithItsValue(string option, string value, string name)
    {
        Read([option, value], out List<Fault> faults);

        Fault fault = Assert.Single(faults);
        Assert.Equal(name, fault.Subject);
        Assert.Contains($"'{value}'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--duration", "-n", "5", "-d", "5s")]
    [InlineData("--body-file", "-b", "text", "-f", "/dev/null")]
    [InlineData("--source", "--source", "127.0.0.1,::1")]
    public void Read_OptionsContradict_IsAFault(string name, params string[] arguments)
    {
        Read(arguments, out List<Fault> faults);

        Assert.Equal(name, Assert.Single(faults).Subject);
    }

    [Fact]
    public void Read_BodyFile_IsSentAsItIs()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [0, 255, 10]);
            Assert.Equal([0, 255, 10], Read(["-f", path], out _).Request!);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void For_Target_HasItsRequestAndNoMoreThreadsThanConnections()
    {
        Target target = TargetParser.Parse("http://127.0.0.1:80/x", family: null, out _)!;

        LoadSettings settings = Read(["-n", "5", "--threads", "4"], out _).For(target, connections: 2);

        Assert.Equal((5, null, 2, 2, false), (settings.Requests, settings.Duration, settings.Connections, settings.Threads, settings.IsOwnRequest));
        Assert.StartsWith("GET /x HTTP/1.0\r\n", Encoding.ASCII.GetString(settings.Request.Span), StringComparison.Ordinal);
        Assert.True(Read(["-b", "x"], out _).For(target, connections: 2).IsOwnRequest);
    }

    [Fact]
    public void ReadTarget_UnixSocketWithSource_IsAFault()
    {
        (Target? target, string? fault) = LoadOptions.ReadTarget("unix:/run/x.sock", [IPAddress.Loopback]);

        Assert.Null(target);
        Assert.Contains("--source", fault, StringComparison.Ordinal);
    }

    private static LoadTerms Read(string[] arguments, out List<Fault> faults)
    {
        var options = new LoadOptions();
        var command = new RootCommand();
        options.AddTo(command);
        faults = [];
        return options.Read(command.Parse(arguments), faults);
    }
}
