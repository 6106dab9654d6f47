using System.Xml.Linq;
using OxyPlot;

namespace LoadClient.Reporting.Charts;

/// <summary>Makes OxyPlot's SVG fit for a page: the page's colours and font, any width, and a name for those who can't see it.</summary>
internal static class ChartSvg
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>An element for an HTML page that has the palette.</summary>
    /// <param name="model">The chart.</param>
    /// <param name="id">Unique on the page.</param>
    /// <param name="name">What the picture shows.</param>
    public static string Inline(PlotModel model, string id, string name)
    {
        // A phone shows 480 units on some 340 px: text of 15 units is still 10 px high.
        XElement svg = Render(model, 480, 320 + LegendHeight(model, seriesInLine: 3), id, name);
        svg.SetAttributeValue("width", "100%");
        svg.SetAttributeValue("height", null);
        return WithoutNamespace(svg).ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>
    /// A file of its own, with its own background: the page around it may be dark while the reader's system is light, and
    /// the other way round.
    /// </summary>
    public static string Standalone(PlotModel model, string name)
    {
        XElement svg = Render(model, 800, 440 + LegendHeight(model, seriesInLine: 5), "chart", name);
        svg.AddFirst(
            new XElement(Svg + "title", name),
            new XElement(Svg + "style", EmbeddedText.Palette),
            new XElement(Svg + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"), new XAttribute("rx", 8), new XAttribute("style", "fill:var(--surface)")));
        return svg + "\n";
    }

    /// <summary>Of the lines after the first, lest they take their room from the plot.</summary>
    private static int LegendHeight(PlotModel model, int seriesInLine) => 20 * ((model.Series.Count(series => series.RenderInLegend) - 1) / seriesInLine);

    private static XElement Render(PlotModel model, int width, int height, string id, string name)
    {
        var exporter = new SvgExporter { Width = width, Height = height, IsDocument = false, TextMeasurer = new TextMeasurer(), UseVerticalTextAlignmentWorkaround = true };
        var svg = XElement.Parse(exporter.ExportToString(model));
        svg.SetAttributeValue("viewBox", $"0 0 {width} {height}");
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", name);
        svg.SetAttributeValue("font-family", "system-ui, sans-serif");
        KeepOnlyClipsOfLines(svg, id);
        foreach (XElement element in svg.Descendants())
        {
            UseVariables(element);
        }

        return svg;
    }

    /// <summary>Text is clipped where another font would end. And ids count from 1 in every SVG, but must be unique on the page.</summary>
    private static void KeepOnlyClipsOfLines(XElement svg, string id)
    {
        foreach (XElement group in svg.Elements(Svg + "g").ToList())
        {
            if (group.Elements(Svg + "text").Any() || !group.HasElements)
            {
                group.PreviousNode!.Remove();
                group.ReplaceWith(group.Elements());
            }
            else
            {
                XElement clip = ((XElement)group.PreviousNode!).Element(Svg + "clipPath")!;
                string uniqueId = $"{id}-{clip.Attribute("id")!.Value}";
                clip.SetAttributeValue("id", uniqueId);
                group.SetAttributeValue("clip-path", $"url(#{uniqueId})");
            }
        }
    }

    private static void UseVariables(XElement element)
    {
        element.SetAttributeValue("font-family", null);

        // Variables work in styles, not in attributes.
        if (element.Attribute("fill") is { } fill)
        {
            element.SetAttributeValue("style", $"fill:{fill.Value}");
            fill.Remove();
        }

        if (element.Attribute("style") is { } style)
        {
            style.Value = ChartColors.ToVariables(style.Value);
        }
    }

    /// <summary>HTML knows SVG without it.</summary>
    private static XElement WithoutNamespace(XElement element) => new(
        element.Name.LocalName,
        element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration),
        element.Nodes().Select(node => node is XElement child ? WithoutNamespace(child) : node));
}
