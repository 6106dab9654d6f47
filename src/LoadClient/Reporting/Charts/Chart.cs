namespace LoadClient.Reporting.Charts;

/// <param name="Title">What is drawn.</param>
/// <param name="Note">How to read it; empty when that is plain.</param>
/// <param name="Svg">An element for an HTML page; null when there is nothing to draw.</param>
internal sealed record Chart(string Title, string Note, string? Svg);
