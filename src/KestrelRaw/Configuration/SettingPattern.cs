namespace KestrelRaw.Configuration;

/// <summary>What .NET takes for a match or a number and nobody else does.</summary>
internal static class SettingPattern
{
    /// <summary>Behind a pattern's <c>$</c>, which in .NET also stands before a line end that is the last character; in a JSON schema it does not.</summary>
    public const string IsWhole = @"(?!\n)";

    /// <summary>.NET reads "5\0" as 5.</summary>
    public static bool HasNoZero(string? text) => text?.Contains('\0') != true;
}
