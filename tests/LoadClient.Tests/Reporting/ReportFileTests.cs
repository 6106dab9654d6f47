using LoadClient.Reporting;

namespace LoadClient.Tests.Reporting;

public sealed class ReportFileTests
{
    [Fact]
    public void Open_FolderThatIsNotThere_NamesTheFileAsTheUserDid()
    {
        ReportFileException exception = Assert.Throws<ReportFileException>(() => ReportFile.Open("/nowhere/a.csv"));
        Assert.Equal("/nowhere/a.csv", exception.Path);
        Assert.StartsWith("/nowhere/a.csv: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileThatIsThere_KeepsItUntilItIsCleared()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.csv", "old");
        using (ReportFile.Open(path))
        {
            Assert.Equal("old", File.ReadAllText(path));
        }

        using (FileStream file = ReportFile.Open(path))
        {
            ReportFile.Clear(file);
        }

        Assert.Empty(File.ReadAllText(path));
    }

    [Fact]
    public void Clear_DeviceThatHasNothing_IsNoFault()
    {
        using FileStream file = ReportFile.Open("/dev/null");
        ReportFile.Clear(file);
        file.Write("new"u8);
    }
}
