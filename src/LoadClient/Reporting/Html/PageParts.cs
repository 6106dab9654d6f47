using LoadClient.Reporting.Charts;

namespace LoadClient.Reporting.Html;

/// <summary>What both pages are put together from.</summary>
internal static class PageParts
{
    public static Markup Page(string title, Markup body) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{title}</title>
        <style>
        {Markup.Trusted(EmbeddedText.Palette)}{Markup.Trusted(EmbeddedText.PageStyle)}</style>
        </head>
        <body>
        <main>
        {body}
        </main>
        </body>
        </html>

        """;

    public static Markup Tile(string label, string value, string detail = "") =>
        $"""<div class="tile"><dt>{label}</dt><dd>{value}<small>{detail}</small></dd></div>""";

    /// <param name="kind"><c>bad</c> or <c>warning</c>.</param>
    /// <param name="title">In one sentence.</param>
    /// <param name="lines">A list below it.</param>
    public static Markup Banner(string kind, string title, params IEnumerable<Markup> lines) => $"""
        <div class="banner {kind}" role="note"><strong>{title}</strong><ul>{lines.Select(line => (Markup)$"<li>{line}</li>")}</ul></div>

        """;

    public static Markup Figure(Chart chart)
    {
        Markup picture = chart.Svg is null ? $"""<p class="nothing">Nothing to draw: there was no good connection.</p>""" : Markup.Trusted(chart.Svg);
        return $"""
            <figure><figcaption><h2>{chart.Title}</h2><p>{chart.Note}</p></figcaption>{picture}</figure>

            """;
    }

    /// <summary>It scrolls in its box, by keyboard too.</summary>
    public static Markup Table(string title, IEnumerable<string> columns, IEnumerable<Markup> rows) => $"""
        <section class="table"><h2>{title}</h2>
        <div class="scroll" role="region" aria-label="{title}" tabindex="0"><table>
        <thead><tr>{columns.Select(column => (Markup)$"""<th scope="col">{column}</th>""")}</tr></thead>
        <tbody>
        {rows}</tbody>
        </table></div></section>

        """;

    /// <summary>Names and values, without a head.</summary>
    public static Markup List(string title, IEnumerable<(string Name, string Value)> items) => $"""
        <section class="list"><h2>{title}</h2><dl>
        {items.Select(item => (Markup)$"<div><dt>{item.Name}</dt><dd>{item.Value}</dd></div>\n")}</dl></section>

        """;

    public static Markup Row(string name, params IEnumerable<string> cells) => $"""
        <tr><th scope="row">{name}</th>{cells.Select(cell => (Markup)$"<td>{cell}</td>")}</tr>

        """;
}
