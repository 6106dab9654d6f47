using LoadClient.Sweeps;
using LoadClient.Targets;

namespace LoadClient.Tests.Sweeps;

public sealed class SweepArgumentsTests
{
    [Fact]
    public void ParseConnections_List_IsInItsOrder()
    {
        Parsed<IReadOnlyList<int>> parsed = SweepArguments.ParseConnections("500, 1500,800");

        Assert.Empty(parsed.Faults);
        Assert.Equal([500, 1500, 800], parsed.Value);
    }

    [Fact]
    public void ParseConnections_Faults_AreAllNamed() =>
        Assert.Equal(
            [
                "-c 0,x,5,5,,-1,9999999999: '0' is no positive whole number",
                "-c 0,x,5,5,,-1,9999999999: 'x' is no positive whole number",
                "-c 0,x,5,5,,-1,9999999999: 5 is given twice",
                "-c 0,x,5,5,,-1,9999999999: '' is no positive whole number",
                "-c 0,x,5,5,,-1,9999999999: '-1' is no positive whole number",
                "-c 0,x,5,5,,-1,9999999999: '9999999999' is no positive whole number",
            ],
            SweepArguments.ParseConnections("0,x,5,5,,-1,9999999999").Faults);

    [Theory]
    [InlineData("threads=tcp://h:1", "threads", "tcp://h:1")]
    [InlineData("tcp://h:1", "tcp://h:1", "tcp://h:1")]
    [InlineData("http://h:1/p?a=b", "http://h:1/p?a=b", "http://h:1/p?a=b")]
    [InlineData("web=http://h:1/p?a=b", "web", "http://h:1/p?a=b")]
    [InlineData("unix:/run/a=b", "unix:/run/a=b", "unix:/run/a=b")]
    public void ParseTargets_Argument_IsNameAndUrl(string argument, string name, string url)
    {
        Parsed<IReadOnlyList<NamedTarget>> parsed = SweepArguments.ParseTargets([argument], Parse);

        Assert.Empty(parsed.Faults);
        Assert.Equal((name, url), (parsed.Value[0].Name, parsed.Value[0].Target.Url));
    }

    [Fact]
    public void ParseTargets_Faults_AreAllNamed() =>
        Assert.Equal(
            ["=tcp://h:1: there is no name before '='", "a=nonsense: no scheme", "a=tcp://h:2: the name a is given twice"],
            SweepArguments.ParseTargets(["=tcp://h:1", "a=nonsense", "a=tcp://h:2"], Parse).Faults);

    [Fact]
    public void ParseTargets_None_IsAFault() => Assert.Equal(["sweep: no target is given; a target is NAME=URL or a URL"], SweepArguments.ParseTargets([], Parse).Faults);

    private static (Target? Target, string? Fault) Parse(string url) =>
        url.Contains(':', StringComparison.Ordinal) ? (SweepData.Tcp() with { Url = url }, null) : (null, "no scheme");
}
