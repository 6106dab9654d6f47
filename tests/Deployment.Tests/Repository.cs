using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Deployment.Tests;

/// <summary>The files that are deployed, where they stand.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <summary>The full path of a file or folder.</summary>
    public static string Path(string relative) => System.IO.Path.GetFullPath(System.IO.Path.Combine(Root, relative));

    public static string Read(string relative) => File.ReadAllText(Path(relative));

    /// <summary>Reads YAML into a type that names every key there may be.</summary>
    public static T ReadYaml<T>(string relative) =>
        new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().Build().Deserialize<T>(Read(relative));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(directory.FullName, "Kestrel.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("Kestrel.sln is in none of the folders above the tests.");
        }

        return directory.FullName;
    }
}
