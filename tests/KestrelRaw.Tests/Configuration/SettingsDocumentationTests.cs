using KestrelRaw.Commands;
using KestrelRaw.Configuration;

namespace KestrelRaw.Tests.Configuration;

/// <summary>What users read about the settings is what the program does.</summary>
public sealed class SettingsDocumentationTests
{
    private static readonly Setting[] All = [.. ServerKeys.All, .. EndpointKeys.All];

    [Fact]
    public void Schema_TheFileInTheRepository_IsWhatTheProgramPrints() =>
        Assert.Equal(SettingsSchema.Create(), File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "appsettings.schema.json")));

    [Fact]
    public void AppSettings_TheFileInTheRepository_NamesTheSchema() =>
        Assert.Contains("\"$schema\": \"./appsettings.schema.json\"", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "appsettings.json")), StringComparison.Ordinal);

    [Fact]
    public void Help_EverySetting_IsThereWithItsDefault()
    {
        var output = new StringWriter();
        HelpText.Print(output);
        string help = output.ToString();
        foreach (Setting setting in All)
        {
            Assert.Contains(help.Split('\n'), line => line.Trim().StartsWith(setting.Key + " ", StringComparison.Ordinal)
                && line.Contains(setting.IsRequired ? "required" : $"default {setting.DefaultText ?? "null"}", StringComparison.Ordinal));
            Assert.Contains(setting.Description, help, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Keys_Everywhere_AreListedOnce()
    {
        Assert.Equal(EndpointKeys.All.Count, typeof(EndpointKeys).GetFields().Length);
        Assert.Equal(ServerKeys.All.Count, typeof(ServerKeys).GetFields().Count(field => field.IsInitOnly));
        Assert.Equal(EndpointKeys.All.Count, EndpointKeys.All.Select(setting => setting.Key).Distinct().Count());
    }
}
