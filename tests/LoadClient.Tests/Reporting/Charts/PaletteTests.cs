using System.Globalization;
using System.Text.RegularExpressions;

using LoadClient.Reporting;
using LoadClient.Reporting.Charts;

namespace LoadClient.Tests.Reporting.Charts;

public sealed class PaletteTests
{
    private static readonly string[] Modes = EmbeddedText.Palette.Split("@media");

    public static TheoryData<int> ModeIndices { get; } = [0, 1];

    [Theory]
    [MemberData(nameof(ModeIndices))]
    public void Roles_InEachMode_HaveContrastWithTheSurface(int mode)
    {
        double surface = Luminance(mode, "--surface");
        foreach (ChartRole role in Enum.GetValues<ChartRole>())
        {
            // WCAG 2.2: 4.5:1 for text, 3:1 for what a picture means; the grid means nothing.
            double least = role switch { ChartRole.Ink or ChartRole.Muted => 4.5, ChartRole.Grid => 1, _ => 3 };
            double luminance = Luminance(mode, ChartColors.Variable(role));
            double contrast = (Math.Max(surface, luminance) + 0.05) / (Math.Min(surface, luminance) + 0.05);
            Assert.True(contrast >= least, $"{role}: {contrast}");
        }
    }

    private static double Luminance(int mode, string variable)
    {
        string color = Regex.Match(Modes[mode], $"{variable}: #([0-9a-f]{{6}});").Groups[1].Value;
        double[] channels = [.. color.Chunk(2).Select(hex => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0).Select(Linear)];
        return (0.2126 * channels[0]) + (0.7152 * channels[1]) + (0.0722 * channels[2]);
    }

    private static double Linear(double channel) => channel <= 0.04045 ? channel / 12.92 : Math.Pow((channel + 0.055) / 1.055, 2.4);
}
