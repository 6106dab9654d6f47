using System.Net;
using System.Net.Sockets;
using LoadClient.Load;
using LoadClient.Reporting;
using LoadClient.Sweeps;
using LoadClient.Targets;

namespace LoadClient.Tests.Sweeps;

/// <summary>Targets, settings and reports to make sweeps of.</summary>
internal static class SweepData
{
    public static Target Tcp(int port = 7777) => new($"tcp://127.0.0.1:{port}", TargetKind.Tcp, "127.0.0.1", port, "/", new IPEndPoint(IPAddress.Loopback, port));

    public static Target Unix() => new("unix:/tmp/s", TargetKind.Unix, "unix:/tmp/s", 0, "/", new UnixDomainSocketEndPoint("/tmp/s"));

    public static LoadSettings Settings(Target? target = null, int connections = 10, long? requests = 100) => new()
    {
        Target = target ?? Tcp(),
        Connections = connections,
        Requests = requests,
        Request = "GET / HTTP/1.0\r\n\r\n"u8.ToArray(),
    };

    public static RunReport Report(long good = 100) => new()
    {
        ClientVersion = "1",
        StartedAt = DateTimeOffset.UnixEpoch,
        TimeTakenSeconds = 1,
        IsPartial = false,
        Settings = new("tcp://127.0.0.1:7777", "127.0.0.1", 7777, "/", false, 100, null, 10, null, 30, 18, false, null, null, 0.5, [], 1),
        Counts = new(good, good, 0, 0, 0, 0, 0),
        Errors = ConnectionOutcomeNames.Errors.ToDictionary(error => error.Name(), _ => 0L),
        OtherErrors = new Dictionary<string, long>(),
        Bytes = new(0, 0, 0),
        RequestsPerSecond = good,
        Efficiency = new(0.98, 5),
        Server = new("", 12),
        Latencies = new(Latency(good), Latency(good), Latency(good), Latency(good)),
        Timeline = new(1, []),
        Client = new(0.1, 10, 0.1, []),
    };

    public static SweepRow Row(int connections, string tool = LoadClientTool.ToolName, string note = "") =>
        new("async", "tcp://127.0.0.1:7777", tool, connections, 996.04, 501.26, 510, 520, 10_000, 0, 0.9876, note);

    public static SweepReport Sweep(params IReadOnlyList<SweepRow> rows) => new(DateTimeOffset.UnixEpoch, "1", 10_000, null, 0.5, rows, []);

    private static LatencyReport Latency(long count) => new(count, 1, 2, 0.5, 2, 9, [new(50, 2), new(99, 8), new(100, 9)], []);
}
