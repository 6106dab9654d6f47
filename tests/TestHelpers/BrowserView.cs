namespace KestrelRaw.TestHelpers;

/// <param name="Width">Of the window, in CSS pixels.</param>
/// <param name="IsDark">What <c>prefers-color-scheme</c> says.</param>
/// <param name="Media"><c>screen</c> or <c>print</c>.</param>
public sealed record BrowserView(int Width = 1280, bool IsDark = false, string Media = "screen")
{
    public static BrowserView Phone { get; } = new(360);
}
