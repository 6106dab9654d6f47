using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KestrelRaw.Configuration;

/// <summary>What MongoDB takes as the name of a database, on any system.</summary>
internal sealed partial class DatabaseNameType : SettingType<string?>
{
    private const string Pattern = """^[^/\\. "$*<>:|?\x00]{1,63}$""";

    public override string Allowed => """null or 1 to 63 characters, none of them a blank or one of /\."$*<>:|?""";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("string", "null"), ["pattern"] = $"{Pattern}|^$" };

    public override bool TryParse(string? text, out string? value)
    {
        value = string.IsNullOrEmpty(text) ? null : text;
        return value is null || Form().IsMatch(value);
    }

    [GeneratedRegex(Pattern + SettingPattern.IsWhole, RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

/// <summary>What MongoDB takes as the name of a collection, but for its own collections.</summary>
internal sealed partial class CollectionNameType : SettingType<string?>
{
    private const string Pattern = @"^(?!system\.)(?!\.)[^$\x00]{1,200}(?<!\.)$";

    public override string Allowed => "null or 1 to 200 characters without '$', no '.' at either end, no 'system.' at the start";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("string", "null"), ["pattern"] = $"{Pattern}|^$" };

    public override bool TryParse(string? text, out string? value)
    {
        value = string.IsNullOrEmpty(text) ? null : text;
        return value is null || Form().IsMatch(value);
    }

    [GeneratedRegex(Pattern + SettingPattern.IsWhole, RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
