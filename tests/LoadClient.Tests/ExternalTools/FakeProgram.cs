using KestrelRaw.TestHelpers;

namespace LoadClient.Tests.ExternalTools;

/// <summary>A directory for PATH, with shell scripts that pose as tools.</summary>
internal sealed class FakeProgram : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("loadclient-tools-");

    public string SearchPath => _directory.FullName;

    /// <summary>The arguments of its last run, one a line.</summary>
    public string[] Arguments => File.ReadAllLines(ArgumentsFile);

    private string ArgumentsFile => Path.Combine(_directory.FullName, "arguments");

    private string PipeFile => Path.Combine(_directory.FullName, "pipe");

    /// <summary>Makes <paramref name="name"/> a script that keeps its arguments and does as <paramref name="body"/> says.</summary>
    public Task<string> AddAsync(string name, string body) => InstallAsync(name, $"#!/bin/sh\nprintf '%s\\n' \"$@\" > '{ArgumentsFile}'\n{body}\n");

    public async Task<string> InstallAsync(string name, string content, string mode = "755")
    {
        string source = Path.Combine(_directory.FullName, "source");
        await File.WriteAllTextAsync(source, content);

        // Another process writes the file that is executed: a descriptor of this one could have been inherited by the child
        // of another test just then, and a file open for writing can't be executed.
        string path = Path.Combine(_directory.FullName, name);
        (int exitCode, string output) = await Tools.RunAsync("install", $"-m {mode} {source} {path}");
        Assert.True(exitCode == 0, output);
        return path;
    }

    /// <summary>
    /// The same, with a program that never ends, nor does its child. The result's reader gets a line when both run, and the
    /// end of the stream when both are gone.
    /// </summary>
    public async Task<Task<StreamReader>> AddHangingAsync(string name)
    {
        (int exitCode, string output) = await Tools.RunAsync("mkfifo", PipeFile);
        Assert.True(exitCode == 0, output);
        await AddAsync(name, $"exec 3> '{PipeFile}'\nsleep 1000 &\necho started >&3\nwait");

        // Opening a pipe to read waits for its writer.
        return Task.Run(() => new StreamReader(PipeFile));
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
