using LoadClient.Reporting;

namespace LoadClient.Tests.Reporting;

public sealed class ReportFileTests
{
    [Fact]
    public void Create_FolderThatIsNotThere_NamesTheFileAsTheUserDid()
    {
        ReportFileException exception = Assert.Throws<ReportFileException>(() => ReportFile.Create("/nowhere/a.csv"));
        Assert.Equal("/nowhere/a.csv", exception.Path);
        Assert.StartsWith("/nowhere/a.csv: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_FileThatIsThere_EmptiesIt()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.csv", "old");
        ReportFile.Create(path).Dispose();
        Assert.Empty(File.ReadAllText(path));
    }
}
