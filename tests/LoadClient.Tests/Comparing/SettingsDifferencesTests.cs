using System.Reflection;
using LoadClient.Comparing;
using LoadClient.Reporting;
using LoadClient.Tests.Reporting;

namespace LoadClient.Tests.Comparing;

public sealed class SettingsDifferencesTests
{
    [Fact]
    public void Find_EqualSettings_IsNothing()
    {
        RunReport again = RunReports.Full with { Settings = RunReports.Full.Settings with { Sources = ["127.0.0.2"] } };
        Assert.Empty(SettingsDifferences.Find(RunReports.Full, again));
    }

    [Fact]
    public void Find_EverySetting_IsNamedWhenItDiffers()
    {
        string[] expected = [.. typeof(SettingsReport)
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..])
            .Except(["host", "port"])];
        RunReport other = RunReports.Good with
        {
            Settings = new SettingsReport("tcp://h:1", "h", 1, null, false, null, 1, 2, 3, 4, 5, true, 6, "7", 8, ["::1"], 9, true),
        };
        Assert.Equal(expected, SettingsDifferences.Find(RunReports.Good, other).Select(sentence => sentence.Split(' ')[0]));
    }

    [Fact]
    public void Find_Difference_SaysBothValues()
    {
        RunReport other = RunReports.Good with { ClientVersion = "0.2.0", Settings = RunReports.Good.Settings with { RatePerSecond = 0.5 } };
        Assert.Equal(
            ["clientVersion differs: 0.1.0 in A, 0.2.0 in B", "ratePerSecond differs: none in A, 0.5 in B"],
            SettingsDifferences.Find(RunReports.Good, other));
    }
}
