namespace LoadClient.Reporting;

/// <summary>The style sheets that are built into the program.</summary>
internal static class EmbeddedText
{
    public static string Palette { get; } = Read("palette.css");

    public static string PageStyle { get; } = Read("page.css");

    private static string Read(string name)
    {
        using Stream stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
