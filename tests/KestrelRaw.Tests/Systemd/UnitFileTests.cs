using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Systemd;

/// <summary>The unit files of deploy/systemd, as systemd itself judges them.</summary>
public sealed partial class UnitFileTests : IDisposable
{
    private const string Installed = "/opt/kestrelraw/KestrelRaw";

    private readonly string _directory = Directory.CreateTempSubdirectory("kestrelraw-units-").FullName;

    /// <summary>The program is looked for where the unit says.</summary>
    public UnitFileTests()
    {
        string service = RepositoryFiles.Read("deploy/systemd/kestrelraw.service");
        Assert.Contains($"ExecStart={Installed}\n", service, StringComparison.Ordinal);
        File.WriteAllText(Unit("service"), service.Replace(Installed, Path.Combine(AppContext.BaseDirectory, "KestrelRaw"), StringComparison.Ordinal));
        File.Copy(RepositoryFiles.PathOf("deploy/systemd/kestrelraw.socket"), Unit("socket"));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Units_Verify_HaveNoFaults() =>
        Assert.Equal((0, ""), await Tools.RunAsync("systemd-analyze", $"verify --man=no {Unit("service")} {Unit("socket")}"));

    [Fact]
    public async Task Service_Exposure_IsLow()
    {
        // systemd counts in tenths: 0 is nothing to attack, 10 no protection at all.
        (int exitCode, string output) = await Tools.RunAsync("systemd-analyze", $"security --offline=true --no-pager --threshold=15 {Unit("service")}");
        TestContext.Current.TestOutputHelper?.WriteLine(Exposure().Match(output).Value);
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void Socket_Addresses_AreThoseOfTheSettings()
    {
        using var settings = JsonDocument.Parse(RepositoryFiles.Read("appsettings.json"));
        Assert.Equal(
            settings.RootElement.GetProperty("KestrelRaw").GetProperty("Endpoints").EnumerateObject().Select(endpoint => endpoint.Value.GetProperty("Url").GetString()!).Order(),
            ListenStream().Matches(File.ReadAllText(Unit("socket"))).Select(match => "tcp://" + match.Groups[1].Value).Order());
    }

    [Fact]
    public void Service_StopTimeout_LeavesTimeForTheDrain()
    {
        using var settings = JsonDocument.Parse(RepositoryFiles.Read("appsettings.json"));
        TimeSpan drain = TimeSpan.Parse(settings.RootElement.GetProperty("KestrelRaw").GetProperty("ShutdownTimeout").GetString()!, CultureInfo.InvariantCulture);
        int stop = int.Parse(StopTimeout().Match(File.ReadAllText(Unit("service"))).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(stop, drain.TotalSeconds + 10, 10 * drain.TotalSeconds);
    }

    private string Unit(string type) => Path.Combine(_directory, $"kestrelraw.{type}");

    [GeneratedRegex(@"^ListenStream=(\S+)$", RegexOptions.Multiline)]
    private static partial Regex ListenStream();

    [GeneratedRegex(@"^TimeoutStopSec=(\d+)$", RegexOptions.Multiline)]
    private static partial Regex StopTimeout();

    [GeneratedRegex("Overall exposure level.*")]
    private static partial Regex Exposure();
}
