using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Configuration;

/// <summary>
/// appsettings.json while the server runs: whatever is done to it, the settings in force stay until there are better ones, what
/// is wrong is said, and clients are served. Who reads the file knows of no transport.
/// </summary>
public sealed class SettingsEditTests
{
    private const string Refused = "The changed configuration is not valid";
    private const string NoEndpoint = "KestrelRaw:Endpoints: there is no enabled endpoint";
    private const string Delay = "100ms";

    [Theory]
    [InlineData(ServerKind.Epoll)]
    public async Task Edits_ManyInAMinute_TheLastOneWins(ServerKind kind)
    {
        const int Edits = 100;
        const string Last = "77ms";
        await using HostileRun run = await HostileRun.StartAsync(kind, Edited("1,000 edits in a minute", $"{Edits} edits within 5 s, 20 a second, good, bad, empty and half"));
        ServerProcess server = run.Server.Process;
        string valid = await File.ReadAllTextAsync(server.SettingsPath);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (int edit = 0; edit < Edits; edit++)
        {
            await File.WriteAllTextAsync(server.SettingsPath, Edit(valid, edit));
            await timer.WaitForNextTickAsync();
        }

        await File.WriteAllTextAsync(server.SettingsPath, valid.Replace(Delay, Last, StringComparison.Ordinal));
        await server.WaitForAsync($"to {Last}", times: 2);
        await run.EndAsync($"settings changed {Count(server, "changed from")} times, {Count(server, Refused)} edits refused, the last one in force");
    }

    [Fact]
    public async Task File_EmptyHalfGoneADirectoryOrALinkToNothing_IsSaidAndTheSettingsStay()
    {
        await using HostileRun run = await HostileRun.StartAsync(ServerKind.Epoll, Edited("File broken", "appsettings.json empty, half, gone, a directory, a link to nothing, a loop of links, each until it is reported"));
        ServerProcess server = run.Server.Process;
        string path = server.SettingsPath;
        string valid = await File.ReadAllTextAsync(path);
        (string Fault, Action Break)[] breaks =
        [
            ("configuration: ", () => File.WriteAllText(path, "")),
            ("configuration: ", () => File.WriteAllText(path, valid[..(valid.Length / 2)])),
            (NoEndpoint, () => { }),
            ("appsettings.json is a directory", () => Directory.CreateDirectory(path)),
            ("configuration: ", () => File.CreateSymbolicLink(path, path + ".nothing")),
            ("configuration: ", () => File.CreateSymbolicLink(path, path)),
            ("\"soon\"", () => File.WriteAllText(path, valid.Replace(Delay, "soon", StringComparison.Ordinal))),
        ];
        for (int number = 0; number < breaks.Length; number++)
        {
            (string fault, Action breakIt) = breaks[number];
            int before = Count(server, fault);
            Remove(path);
            breakIt();
            await server.WaitForAsync(fault, times: before + 1);

            // Mended, so that the next is a change in any case.
            string mended = $"{200 + number}ms";
            Remove(path);
            await File.WriteAllTextAsync(path, valid.Replace(Delay, mended, StringComparison.Ordinal));
            await server.WaitForAsync($"to {mended}", times: 2);
        }

        await run.EndAsync($"{breaks.Length} faults, {breaks.Length} times mended");
    }

    [Fact]
    public async Task File_OfSixteenMegabytes_IsRefusedAndTheNextTaken()
    {
        await using HostileRun run = await HostileRun.StartAsync(ServerKind.Epoll, Edited("File of 16 MB", "appsettings.json of 16 MB, then with 50,000 keys, then with a key of 50,000 parts"));
        ServerProcess server = run.Server.Process;
        string valid = await File.ReadAllTextAsync(server.SettingsPath);
        string[] documents =
        [
            valid.Replace(Delay, new string('9', 16 * 1024 * 1024), StringComparison.Ordinal),
            "{ \"KestrelRaw\": {" + string.Join(',', Enumerable.Range(0, 50_000).Select(number => $"\"k{number}\":{{\"a\":1}}")) + "} }",
            $"{{ \"KestrelRaw\": {{ \"{string.Join(':', Enumerable.Repeat("a", 50_000))}\": 1 }} }}",
        ];
        for (int number = 0; number < documents.Length; number++)
        {
            await File.WriteAllTextAsync(server.SettingsPath, documents[number]);
            await server.WaitForAsync(Refused, times: number + 1);
        }

        await File.WriteAllTextAsync(server.SettingsPath, valid.Replace(Delay, "99ms", StringComparison.Ordinal));
        await server.WaitForAsync("to 99ms", times: 2);
        Assert.True(server.Output.Length < 200_000, $"The log has {server.Output.Length} characters.");
        await run.EndAsync($"{documents.Length} refused, the next taken");
    }

    private static Scene Edited(string name, string load) => new("Configuration", name, load) { ExpectedError = Refused };

    private static string Edit(string valid, int edit) => (edit % 6) switch
    {
        0 => valid.Replace(Delay, $"{100 + (edit % 50)}ms", StringComparison.Ordinal),
        1 => valid.Replace(Delay, "never", StringComparison.Ordinal),
        2 => valid[..(edit % valid.Length)],
        3 => "",
        4 => valid.Replace("\"Work\"", "\"Werk\"", StringComparison.Ordinal),
        _ => valid,
    };

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static int Count(ServerProcess server, string text) => server.Output.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));
}
