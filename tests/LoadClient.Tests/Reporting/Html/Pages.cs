using LoadClient.Reporting;
using LoadClient.Reporting.Html;

namespace LoadClient.Tests.Reporting.Html;

internal static class Pages
{
    public static string Of(RunReport report) => Write(output => RunPage.Write(output, report));

    public static string Of(SweepReport report) => Write(output => SweepPage.Write(output, report));

    private static string Write(Action<TextWriter> write)
    {
        using var output = new StringWriter();
        write(output);
        return output.ToString();
    }
}
