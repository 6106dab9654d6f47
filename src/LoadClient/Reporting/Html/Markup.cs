using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace LoadClient.Reporting.Html;

/// <summary>
/// A piece of HTML, written as an interpolated string: what stands in its holes is encoded, unless it is markup itself, so
/// that nothing from outside reaches the page as it is.
/// </summary>
[InterpolatedStringHandler]
internal readonly struct Markup
{
    private readonly StringBuilder _html;

    /// <summary>Called by the compiler, with the sizes of what follows.</summary>
    public Markup(int literalLength, int formattedCount) => _html = new StringBuilder(literalLength + (16 * formattedCount));

    private Markup(string html) => _html = new StringBuilder(html);

    /// <summary>What is HTML already and of this program's own making.</summary>
    public static Markup Trusted(string html) => new(html);

    public void AppendLiteral(string value) => _html.Append(value);

    public void AppendFormatted(string? value) => _html.Append(WebUtility.HtmlEncode(value));

    public void AppendFormatted(IFormattable value, string? format = null) => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));

    public void AppendFormatted(Markup value) => _html.Append(value._html);

    public void AppendFormatted(IEnumerable<Markup> values)
    {
        foreach (Markup value in values)
        {
            AppendFormatted(value);
        }
    }

    public override string ToString() => _html?.ToString() ?? "";
}
