using KestrelRaw.Limits;

namespace KestrelRaw.Tests.Limits;

/// <summary>A directory that stands for /, with the files of /proc and /sys that a test puts there.</summary>
internal sealed class FakeSystem : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("kestrelraw-limits-").FullName;

    public FakeSystem() => Files = new SystemFiles(_root);

    public SystemFiles Files { get; }

    public FakeSystem With(string path, string content)
    {
        string full = Path.Join(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return this;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
