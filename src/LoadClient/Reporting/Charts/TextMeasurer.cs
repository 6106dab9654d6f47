using OxyPlot;

namespace LoadClient.Reporting.Charts;

/// <summary>
/// Room for text in a font that is known only where the page is read. OxyPlot measures Helvetica, and in points, although
/// all else is in pixels. DejaVu Sans, the system's font of many a Linux and the widest common one, is 15 % wider. The
/// height stays as measured: it is that of the digits, which OxyPlot then centres on their lines.
/// </summary>
internal sealed class TextMeasurer() : PdfRenderContext(1, 1, OxyColors.Undefined)
{
    private const double PixelsOfPoint = 96.0 / 72;
    private const double WidestFont = 1.15;

    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        OxySize size = base.MeasureText(text, fontFamily, fontSize, fontWeight);
        return new OxySize(WidestFont * PixelsOfPoint * size.Width, size.Height);
    }
}
