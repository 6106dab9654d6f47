using KestrelRaw.TestHelpers;
using LoadClient.ExternalTools;
using LoadClient.Sweeps;
using Microsoft.Extensions.Time.Testing;

namespace LoadClient.Tests.ExternalTools;

public sealed class ToolLocatorTests : IDisposable
{
    private readonly FakeProgram _program = new();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task LocateAsync_NotThere_IsAFaultForEach()
    {
        Parsed<IReadOnlyList<ISweepTool>> located = await LocateAsync(new ApacheBench(), new Bombardier()).OrHang();

        Assert.Equal(["--with ab: there is no ab on PATH", "--with bombardier: there is no bombardier on PATH"], located.Faults);
    }

    [Fact]
    public async Task LocateAsync_NotExecutable_IsNotThere()
    {
        await _program.InstallAsync("ab", "#!/bin/sh", mode: "644");

        Assert.Equal(["--with ab: there is no ab on PATH"], (await LocateAsync(new ApacheBench()).OrHang()).Faults);
    }

    [Fact]
    public async Task LocateAsync_GameOfTheName_IsNotTheLoadTester()
    {
        string path = await _program.AddAsync("bombardier", "echo 'Bombardier 0.8.3: the game'; echo 'Error opening terminal: dumb.' >&2; exit 1");

        Assert.Equal(
            [$"--with bombardier: {path} is not the load tester (--version: Error opening terminal: dumb.)"],
            (await LocateAsync(new Bombardier()).OrHang()).Faults);
    }

    [Fact]
    public async Task LocateAsync_ProgramReadsTheKeyboard_FindsItClosed()
    {
        await _program.AddAsync("bombardier", "read line || echo 'bombardier version v1.2.6 linux/amd64'");

        Assert.Empty((await LocateAsync(new Bombardier()).OrHang()).Faults);
    }

    [Fact]
    public async Task LocateAsync_ProgramHangs_GivesUpAndKillsIt()
    {
        Task<StreamReader> opening = await _program.AddHangingAsync("bombardier");
        Task<Parsed<IReadOnlyList<ISweepTool>>> locate = LocateAsync(new Bombardier());
        using StreamReader pipe = await opening.OrHang();
        Assert.Equal("started", await pipe.ReadLineAsync().OrHang());

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.EndsWith("is not the load tester (--version: it had not ended after 5 s)", Assert.Single((await locate.OrHang()).Faults), StringComparison.Ordinal);
        Assert.Null(await pipe.ReadLineAsync().OrHang());
    }

    [Fact]
    public async Task LocateAsync_NoProgramAtAll_IsAFault()
    {
        string path = await _program.InstallAsync("bombardier", "\0");

        Assert.StartsWith($"--with bombardier: {path} is not the load tester", Assert.Single((await LocateAsync(new Bombardier()).OrHang()).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_Names_AreTools()
    {
        Parsed<IReadOnlyList<IExternalTool>> parsed = KnownTools.Parse("bombardier, ab");

        Assert.Empty(parsed.Faults);
        Assert.Equal(["bombardier", "ab"], parsed.Value.Select(tool => tool.Name));
    }

    [Fact]
    public void Parse_Faults_AreAllNamedWithTheKnownOnes() =>
        Assert.Equal(
            ["--with wrk,ab,ab,: 'wrk' is not known; the known tools are ab, bombardier", "--with wrk,ab,ab,: ab is given twice", "--with wrk,ab,ab,: '' is not known; the known tools are ab, bombardier"],
            KnownTools.Parse("wrk,ab,ab,").Faults);

    private Task<Parsed<IReadOnlyList<ISweepTool>>> LocateAsync(params IReadOnlyList<IExternalTool> tools) => new ToolLocator(_program.SearchPath, _clock).LocateAsync(tools, default);
}
