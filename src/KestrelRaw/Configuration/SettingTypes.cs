using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KestrelRaw.Endpoints;

namespace KestrelRaw.Configuration;

internal sealed class TextType(string allowed) : SettingType<string?>
{
    public override string Allowed => allowed;

    public override JsonObject Schema => new() { ["type"] = new JsonArray("string", "null") };

    public override bool TryParse(string? text, out string? value)
    {
        value = text;
        return true;
    }
}

/// <summary>What endpoints and pools may be called: names end up in metrics, addresses and files.</summary>
internal sealed partial class OptionalNameType(string nullMeans) : SettingType<string?>
{
    public const string Pattern = "^[A-Za-z0-9_.-]{1,64}$";

    public const string Rule = "1 to 64 letters, digits, '-', '_' or '.'";

    public override string Allowed => $"null ({nullMeans}) or {Rule}";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("string", "null"), ["pattern"] = Pattern };

    public static bool IsName(string text) => Form().IsMatch(text);

    public override bool TryParse(string? text, out string? value)
    {
        value = string.IsNullOrEmpty(text) ? null : text;
        return value is null || IsName(value);
    }

    [GeneratedRegex(Pattern + SettingPattern.IsWhole)]
    private static partial Regex Form();
}

internal sealed class SwitchType : SettingType<bool>
{
    public override string Allowed => "true or false";

    public override JsonObject Schema => new() { ["type"] = "boolean" };

    public override bool TryParse(string? text, out bool value) =>
        bool.TryParse(text, out value) && SettingPattern.HasNoZero(text);
}

internal sealed class OptionalSwitchType(string nullMeans) : SettingType<bool?>
{
    private readonly SwitchType _switch = new();

    public override string Allowed => $"null ({nullMeans}) or {_switch.Allowed}";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("boolean", "null") };

    public override bool TryParse(string? text, out bool? value)
    {
        value = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        bool isSwitch = _switch.TryParse(text, out bool isOn);
        value = isOn;
        return isSwitch;
    }
}

internal sealed class WholeNumberType(int minimum, int maximum) : SettingType<int>
{
    public override string Allowed => $"a whole number from {minimum} to {maximum}";

    public override JsonObject Schema => new() { ["type"] = "integer", ["minimum"] = minimum, ["maximum"] = maximum };

    public override bool TryParse(string? text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= minimum && value <= maximum && SettingPattern.HasNoZero(text);
}

internal sealed class OptionalWholeNumberType(int minimum, string nullMeans) : SettingType<int?>
{
    private readonly WholeNumberType _number = new(minimum, int.MaxValue);

    public override string Allowed => $"null ({nullMeans}) or {_number.Allowed}";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("integer", "null"), ["minimum"] = minimum, ["maximum"] = int.MaxValue };

    public override bool TryParse(string? text, out int? value)
    {
        value = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        bool isNumber = _number.TryParse(text, out int number);
        value = number;
        return isNumber;
    }
}

internal sealed class ChoiceType<T> : SettingType<T>
    where T : struct, Enum
{
    public override string Allowed => string.Join(" or ", Enum.GetNames<T>());

    public override JsonObject Schema => new() { ["enum"] = new JsonArray([.. Enum.GetNames<T>().Select(name => (JsonNode)name)]) };

    public override bool TryParse(string? text, out T value)
    {
        // Enum.TryParse also takes numbers and lists, which nobody means.
        int index = Array.FindIndex(Enum.GetNames<T>(), name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = index < 0 ? default : Enum.GetValues<T>()[index];
        return index >= 0;
    }
}

internal sealed class AddressType : SettingType<EndpointAddress>
{
    public override string Allowed => "tcp://IP-OR-HOST:PORT (port 0 to 65535) or unix:/ABSOLUTE/PATH";

    public override JsonObject Schema => new() { ["type"] = "string", ["pattern"] = "^([tT][cC][pP]://.+:[0-9]+/?|[uU][nN][iI][xX]:/.+)$" };

    public override bool TryParse(string? text, out EndpointAddress value) => EndpointAddress.TryParse(text, out value);
}

internal sealed class HttpUrlType : SettingType<EndpointAddress?>
{
    private const string Scheme = "http://";

    public override string Allowed => "null (off) or http://IP-OR-HOST:PORT (port 0 to 65535)";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("string", "null"), ["pattern"] = "^([hH][tT][tT][pP]://.+:[0-9]+/?)?$" };

    public override bool TryParse(string? text, out EndpointAddress? value)
    {
        value = null;
        return string.IsNullOrEmpty(text)
            || (text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && EndpointAddress.TryParseAuthority(text[Scheme.Length..].TrimEnd('/'), out value));
    }
}

/// <summary>What can stand behind <c>Bearer</c> in a header.</summary>
internal sealed partial class TokenType : SettingType<string?>
{
    private const string Pattern = "^[!-~]+$";

    public override string Allowed => "null (no token) or text of visible ASCII characters without spaces";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("string", "null"), ["pattern"] = $"{Pattern}|^$" };

    public override bool TryParse(string? text, out string? value)
    {
        value = string.IsNullOrEmpty(text) ? null : text;
        return value is null || Form().IsMatch(value);
    }

    [GeneratedRegex(Pattern + SettingPattern.IsWhole)]
    private static partial Regex Form();
}

/// <summary>Host names with semicolons between them, as in ASP.NET Core's own <c>AllowedHosts</c>.</summary>
internal sealed class HostNamesType : SettingType<IReadOnlyList<string>>
{
    public override string Allowed => "null or host names without ports, with semicolons between them";

    public override JsonObject Schema => new() { ["type"] = new JsonArray("string", "null") };

    public override bool TryParse(string? text, out IReadOnlyList<string> value)
    {
        value = text?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return value.All(static name => Uri.CheckHostName(name) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6);
    }
}
