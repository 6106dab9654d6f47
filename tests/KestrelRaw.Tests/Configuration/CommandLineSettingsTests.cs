using KestrelRaw.Configuration;

namespace KestrelRaw.Tests.Configuration;

public sealed class CommandLineSettingsTests
{
    [Fact]
    public void Parse_BothForms_AreSettings()
    {
        var faults = new List<Fault>();
        List<string> settings = CommandLineSettings.Parse(["--KestrelRaw:A=1", "--kestrelraw:B", "-2", "--Serilog:C=x=y"], faults);
        Assert.Empty(faults);
        Assert.Equal(["--KestrelRaw:A=1", "--kestrelraw:B=-2", "--Serilog:C=x=y"], settings);
    }

    [Fact]
    public void Parse_AnythingElse_IsAFaultEach()
    {
        var faults = new List<Fault>();
        CommandLineSettings.Parse(["serve", "--port=1", "--KestrelRaw:A", "--KestrelRaw:B=1"], faults);
        Assert.Equal(["serve", "--port=1", "--KestrelRaw:A"], faults.Select(fault => fault.Subject));
    }
}
