using KestrelRaw.Configuration;
using KestrelRaw.Logging;
using Microsoft.Extensions.Configuration;
using Serilog.Core;

namespace KestrelRaw.Tests.Logging;

/// <summary>The sinks that the section can name.</summary>
public sealed class ServerLoggerTests
{
    private readonly List<Fault> _faults = [];

    [Fact]
    public void Create_FileSink_WritesThere()
    {
        string path = Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.log");
        using (Logger? logger = Create(("WriteTo:0:Name", "File"), ("WriteTo:0:Args:path", path)))
        {
            Assert.Empty(_faults);
            logger!.Information("to the file");
        }

        Assert.Contains("to the file", File.ReadAllText(path), StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public void Create_SinkOfAnAssemblyThatUsingNames_GetsTheEvents()
    {
        using (Logger? logger = Create(("Using:0", "KestrelRaw.Tests"), ("WriteTo:0:Name", nameof(NamedSink.Kept))))
        {
            Assert.Empty(_faults);
            logger!.Information("to the named sink");
        }

        Assert.Equal("to the named sink", Assert.Single(NamedSink.Events).MessageTemplate.Text);
    }

    [Fact]
    public void Create_UsingNamesWhatIsNotThere_IsAFault()
    {
        Assert.Null(Create(("Using:0", "Serilog.Sinks.Nowhere")));
        Assert.Contains("Serilog.Sinks.Nowhere", Assert.Single(_faults).ToString(), StringComparison.Ordinal);
    }

    /// <summary>The sink's own complaint, which comes through calls by reflection.</summary>
    [Theory]
    [InlineData("bufferSize", "-1", "bufferCapacity")]
    [InlineData("configure:0:Args:formatter", "x", "configure:0")]
    public void Create_ArgumentOfASink_IsNotAsItMustBe_IsAFault(string argument, string value, string said)
    {
        Assert.Null(Create(("WriteTo:0:Name", "Async"), ("WriteTo:0:Args:configure:1:Name", "Console"), ($"WriteTo:0:Args:{argument}", value)));
        Assert.Contains(said, Assert.Single(_faults).ToString(), StringComparison.Ordinal);
    }

    private Logger? Create(params (string Key, string Value)[] settings) => ServerLogger.Create(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(static setting => $"Serilog:{setting.Key}", static setting => (string?)setting.Value)).Build(),
        _faults);
}
