using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Admin;

/// <summary>A Prometheus of the test's own, on any free port, which scrapes one target four times a second.</summary>
internal sealed partial class PrometheusProcess : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly string _directory = Directory.CreateTempSubdirectory("prometheus-").FullName;
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http = new();
    private readonly Process _process;

    private PrometheusProcess(int targetPort)
    {
        string configuration = Path.Combine(_directory, "prometheus.yml");
        File.WriteAllText(
            configuration,
            $$"""
            global: { scrape_interval: 250ms, scrape_timeout: 250ms }
            scrape_configs: [{ job_name: kestrelraw, scrape_timeout: 250ms, static_configs: [{ targets: ["127.0.0.1:{{targetPort}}"] }] }]
            """);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(
                "prometheus",
                [$"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(_directory, "data")}", "--web.listen-address=127.0.0.1:0", "--log.level=info"])
            {
                RedirectStandardError = true,
            },
        };
        _process.ErrorDataReceived += (_, line) => FindPort(line.Data);
        _process.Start();
        _process.BeginErrorReadLine();
    }

    /// <summary>Skips the test where Prometheus is not installed.</summary>
    public static async Task<PrometheusProcess> StartAsync(int targetPort)
    {
        Tools.SkipUnlessPresent("prometheus");
        var prometheus = new PrometheusProcess(targetPort);
        try
        {
            int port = await prometheus._port.Task.OrHang();
            prometheus._http.BaseAddress = new Uri($"http://127.0.0.1:{port}");
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    /// <summary>What an expression is now: each series' labels, and its one value, or with a range all of its values.</summary>
    public async Task<List<Series>> QueryAsync(string expression)
    {
        using var giveUp = new CancellationTokenSource(Until.Patience);
        using JsonDocument answer = (await _http.GetFromJsonAsync<JsonDocument>($"/api/v1/query?query={Uri.EscapeDataString(expression)}", giveUp.Token))!;
        return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(Series.Read)];
    }

    /// <summary>Prometheus tells nobody when it has scraped: asks until the expression has the value.</summary>
    public async Task WaitAsync(string expression, Func<double, bool> isEnough)
    {
        using var giveUp = new CancellationTokenSource(Until.Patience);
        List<Series> seen = [];
        while (!(seen.Count == 1 && isEnough(seen[0].Samples[0].Value)))
        {
            if (giveUp.IsCancellationRequested)
            {
                throw new TimeoutException($"Prometheus never had enough of {expression}, but: {string.Join(", ", seen)}");
            }

            await Task.Delay(BetweenLooks);
            seen = await QueryAsync(expression);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().OrHang();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void FindPort(string? line)
    {
        if (line is null)
        {
            _port.TrySetException(new InvalidOperationException("Prometheus ended at its start."));
        }
        else if (ListeningOn().Match(line) is { Success: true } match)
        {
            _port.TrySetResult(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        }
    }

    [GeneratedRegex("\"Listening on\" address=127.0.0.1:(\\d+)")]
    private static partial Regex ListeningOn();
}

/// <summary>Of Prometheus' answer: the value of a moment.</summary>
/// <param name="Time">Seconds since 1970, as Prometheus writes them.</param>
/// <param name="Value">The value.</param>
internal readonly record struct Sample(double Time, double Value);

/// <summary>Of Prometheus' answer: one series.</summary>
internal sealed record Series(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<Sample> Samples)
{
    public string Endpoint => Labels["kestrelraw_endpoint"];

    public static Series Read(JsonElement series) => new(
        series.GetProperty("metric").EnumerateObject().ToDictionary(static label => label.Name, static label => label.Value.GetString()!),
        series.TryGetProperty("values", out JsonElement values) ? [.. values.EnumerateArray().Select(ReadSample)] : [ReadSample(series.GetProperty("value"))]);

    private static Sample ReadSample(JsonElement pair) => new(pair[0].GetDouble(), double.Parse(pair[1].GetString()!, CultureInfo.InvariantCulture));

    public override string ToString() => $"{{{string.Join(", ", Labels)}}} {string.Join(' ', Samples.Select(static sample => sample.Value))}";
}
