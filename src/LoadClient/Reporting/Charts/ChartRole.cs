namespace LoadClient.Reporting.Charts;

/// <summary>
/// What a colour in a chart is for. The colours themselves are CSS variables in palette.css, so that one picture reads on
/// a light and on a dark page.
/// </summary>
internal enum ChartRole
{
    Ink,
    Muted,
    Grid,
    Ideal,
    Series1,
    Series2,
    Series3,
    Series4,
    Series5,
    Series6,
    Series7,
    Series8,
}
