using OxyPlot;

namespace LoadClient.Reporting.Charts;

/// <summary>
/// Room for text in a font that is known only where the page is read. OxyPlot measures as Helvetica; DejaVu Sans, the
/// system's font of many a Linux and the widest common one, is 15 % wider.
/// </summary>
internal sealed class TextMeasurer() : PdfRenderContext(1, 1, OxyColors.Undefined)
{
    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        OxySize size = base.MeasureText(text, fontFamily, fontSize, fontWeight);
        return new OxySize(1.15 * size.Width, size.Height);
    }
}
