using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using LoadClient.Faults;
using LoadClient.Targets;

namespace LoadClient.Commands;

/// <summary>The options that say what a run is, for a single run and for each run of a sweep.</summary>
internal sealed class LoadOptions
{
    private static readonly TimeSpan DefaultDuration = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    private readonly Option<string?> _requests = new("--requests", "-n") { HelpName = "N", Description = "Total connections; each carries one request." };
    private readonly Option<string?> _duration = new("--duration", "-d") { HelpName = "TIME", Description = "Begin new connections for so long, instead of -n [default: 10s]." };
    private readonly Option<string?> _rate = new("--rate", "-r") { HelpName = "N", Description = "Open loop: N new connections a second; latency counts from the intended start." };
    private readonly Option<string?> _timeout = new("--timeout", "-t") { HelpName = "TIME", Description = "For each connection, from its start to its end [default: 30s]." };
    private readonly Option<string?> _body = new("--body", "-b") { HelpName = "TEXT", Description = "Send these bytes, as they are [default: a small GET, for tcp:// too]." };
    private readonly Option<string?> _bodyFile = new("--body-file", "-f") { HelpName = "PATH", Description = "Send this file's bytes." };
    private readonly Option<string?> _expectBytes = new("--expect-bytes") { HelpName = "N", Description = "A good response has N bytes, head and all [default: as many as the first one; for http:// its document]." };
    private readonly Option<string?> _expect = new("--expect") { HelpName = "TEXT", Description = "A good response contains this text." };
    private readonly Option<bool> _anyLength = new("--any-length", "-l") { Description = "Good responses may differ in length." };
    private readonly Option<string?> _expectDelay = new("--expect-delay") { HelpName = "TIME", Description = "The server's work, for the line Efficiency: ideal time over time taken." };
    private readonly Option<string?> _source = new("--source") { HelpName = "A,B", Description = "Local addresses to connect from, in turn." };
    private readonly Option<string?> _threads = new("--threads") { HelpName = "N", Description = "Loops that share the connections [default: one for two processors, 8 at most]." };

    private IEnumerable<Option> All =>
        [_requests, _duration, _rate, _timeout, _body, _bodyFile, _expectBytes, _expect, _anyLength, _expectDelay, _source, _threads];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The settings as far as they hold for every target and number of connections.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="faults">Gets everything that is wrong.</param>
    public LoadTerms Read(ParseResult result, List<Fault> faults)
    {
        var reader = new OptionReader(result, faults);
        long? requests = reader.Count(_requests, 1);
        TimeSpan? duration = reader.Duration(_duration, TimeSpan.FromMilliseconds(1));
        reader.OnlyOne(_requests, _duration);
        reader.OnlyOne(_body, _bodyFile);
        return new LoadTerms
        {
            Requests = requests,
            Duration = requests is null ? duration ?? DefaultDuration : null,
            Rate = reader.Number(_rate, 0.001, 10_000_000),
            Timeout = reader.Duration(_timeout, TimeSpan.FromMilliseconds(1), LongestTimeout) ?? TimeSpan.FromSeconds(30),
            Request = reader.Bytes(_body) ?? reader.FileBytes(_bodyFile),
            ExpectBytes = reader.Count(_expectBytes, 0),
            ExpectText = reader.Text(_expect),
            AnyLength = result.GetValue(_anyLength),
            ExpectDelay = reader.Duration(_expectDelay, TimeSpan.Zero),
            Sources = reader.Addresses(_source),
            Threads = (int?)reader.Count(_threads, 1, 1024) ?? Math.Clamp(Environment.ProcessorCount / 2, 1, 8),
        };
    }

    /// <summary>Reads a target's URL, of a kind that the sources can reach.</summary>
    public static (Target? Target, string? Fault) ReadTarget(string url, IReadOnlyList<IPAddress> sources)
    {
        AddressFamily? family = sources.Count == 0 ? null : sources[0].AddressFamily;
        Target? target = TargetParser.Parse(url, family, out string? fault);
        return target?.Kind == TargetKind.Unix && family is not null ? (null, $"'{url}' is a unix socket, which --source can't be combined with") : (target, fault);
    }
}
