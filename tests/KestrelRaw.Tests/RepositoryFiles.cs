namespace KestrelRaw.Tests;

/// <summary>Files of the repository that are no part of a build.</summary>
internal static class RepositoryFiles
{
    private static readonly DirectoryInfo Root = FindRoot();

    public static string PathOf(string path) => Path.Combine(Root.FullName, path);

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    private static DirectoryInfo FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Kestrel.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("Kestrel.sln is in none of the folders above the tests.");
        }

        return directory;
    }
}
