using System.Globalization;

namespace LoadClient.Reporting;

/// <summary>Numbers for people.</summary>
internal static class Units
{
    public const string None = "–";

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 run</c>, <c>2 runs</c>.</summary>
    public static string Count(long value, string noun) => $"{Count(value)} {noun}{(value == 1 ? "" : "s")}";

    /// <summary>To about three significant digits, as they were measured.</summary>
    public static string Milliseconds(double value) => value.ToString(value switch { < 1 => "0.000", < 10 => "0.00", < 100 => "0.0", _ => "#,0.0" }, CultureInfo.InvariantCulture);

    public static string Milliseconds(double? value) => value is { } known ? Milliseconds(known) : None;

    public static string Seconds(double value) => value.ToString("#,0.###", CultureInfo.InvariantCulture) + " s";

    public static string Rate(double value) => value.ToString(value < 100 ? "0.00" : "#,0.0", CultureInfo.InvariantCulture);

    public static string Share(double value) => value.ToString("0.0\u00a0%", CultureInfo.InvariantCulture);

    public static string Bytes(long value) => Count(value, "byte");

    public static string Time(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
