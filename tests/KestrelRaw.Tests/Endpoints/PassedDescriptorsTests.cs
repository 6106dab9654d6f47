using KestrelRaw.Configuration;
using KestrelRaw.Endpoints;

namespace KestrelRaw.Tests.Endpoints;

public sealed class PassedDescriptorsTests
{
    private readonly List<Fault> _faults = [];

    [Fact]
    public void Read_NamedDescriptors_StartAtThree()
    {
        Assert.Equal([(3, "a"), (4, "b")], Read(("LISTEN_PID", "42"), ("LISTEN_FDS", "2"), ("LISTEN_FDNAMES", "a:b")));
        Assert.Equal([(3, "unknown")], Read(("LISTEN_PID", "42"), ("LISTEN_FDS", "1")));
        Assert.Equal([(3, ""), (4, "b")], Read(("LISTEN_PID", "42"), ("LISTEN_FDS", "2"), ("LISTEN_FDNAMES", ":b")));
        Assert.Empty(_faults);
    }

    [Fact]
    public void Read_NothingForThisProcess_IsEmpty()
    {
        Assert.Empty(Read());
        Assert.Empty(Read(("LISTEN_PID", "41"), ("LISTEN_FDS", "2")));
        Assert.Empty(Read(("LISTEN_FDS", "2")));
        Assert.Empty(Read(("LISTEN_PID", "42")));
        Assert.Empty(Read(("LISTEN_PID", "42"), ("LISTEN_FDS", "0")));
        Assert.Empty(_faults);
    }

    [Theory]
    [InlineData("me", "1", null, "LISTEN_PID=me: this is no process id")]
    [InlineData("42", "-1", null, "LISTEN_FDS=-1: this is no number of sockets from 0 to 4096")]
    [InlineData("42", "99999999", null, "LISTEN_FDS=99999999: this is no number of sockets from 0 to 4096")]
    [InlineData("42", "2", "a", "LISTEN_FDNAMES=a: these are 1 names, for 2 sockets (LISTEN_FDS)")]
    public void Read_Nonsense_IsAFaultWithItsValue(string processId, string count, string? names, string fault)
    {
        Assert.Empty(Read(("LISTEN_PID", processId), ("LISTEN_FDS", count), ("LISTEN_FDNAMES", names)));
        Assert.Equal([fault], _faults.Select(each => each.ToString()));
    }

    [Fact]
    public void Take_AnyVariables_RemovesThem()
    {
        string[] names = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"];
        Array.ForEach(names, name => Environment.SetEnvironmentVariable(name, "1"));
        Assert.Empty(PassedDescriptors.Take(_faults));
        Assert.All(names, name => Assert.Null(Environment.GetEnvironmentVariable(name)));
    }

    private IReadOnlyList<(int Descriptor, string Name)> Read(params (string Name, string? Value)[] variables) =>
        PassedDescriptors.Read(variables.ToDictionary(variable => variable.Name, variable => variable.Value).GetValueOrDefault, 42, _faults);
}
