using System.Text.RegularExpressions;

namespace Samples.Tests;

/// <summary>The package's README shows the sample that runs.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Readme_FirstSample_IsMinimalPoolAndHasFiveLines()
    {
        string sample = CodeBlock().Match(ReadLinked("README.md")).Groups[1].Value;
        Assert.Equal(ReadLinked("Program.cs"), sample);
        string[] paragraphs = sample.Split("\n\n");
        Assert.Equal(5, paragraphs[1].Split('\n').Length);
    }

    private static string ReadLinked(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Linked", name));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
