using System.Net.ServerSentEvents;
using System.Text.Json;
using KestrelRaw.Admin.Live;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Tests.Admin.Live;

public sealed class LiveStreamTests : IAsyncDisposable
{
    private readonly FakeSource _source = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly CancellationTokenSource _reader = new();
    private readonly LiveSampler _sampler;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    public LiveStreamTests()
    {
        _sampler = new LiveSampler(_source, new FakeTimeProvider(), NullLogger<LiveSampler>.Instance);
        _events = new LiveStream(_sampler, _lifetime).ReadAsync(_reader.Token).GetAsyncEnumerator();
    }

    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync();
        _reader.Dispose();
        _sampler.Dispose();
        _source.Dispose();
    }

    [Fact]
    public async Task Read_FromTheStart_IsServerThenHistoryThenSamples()
    {
        Sample(1);
        Sample(2);
        SseItem<string> server = await NextAsync("server");
        Assert.Equal(TimeSpan.FromSeconds(1), server.ReconnectionInterval);
        Assert.Equal("1.2.3", Parse(server).GetProperty("version").GetString());
        Assert.Equal([1, 2], Parse(await NextAsync("history")).EnumerateArray().Select(Accepted));
        Task<SseItem<string>> next = NextAsync("sample");
        Assert.False(next.IsCompleted);
        Sample(3);
        Assert.Equal(3, Accepted(Parse(await next)));
    }

    [Fact]
    public async Task Read_ReaderIsSlow_GetsTheNewestAndMissesThoseBetween()
    {
        await NextAsync("server");
        await NextAsync("history");
        Sample(1);
        await NextAsync("sample");
        for (int i = 2; i <= 300; i++)
        {
            Sample(i);
        }

        Assert.Equal(300, Accepted(Parse(await NextAsync("sample"))));
        ValueTask<bool> next = _events.MoveNextAsync();
        Assert.False(next.IsCompleted);
        await _reader.CancelAsync();
        Assert.False(await next.AsTask().OrHang());
    }

    [Fact]
    public async Task Read_SettingChanges_ServerComesAgain()
    {
        await NextAsync("server");
        await NextAsync("history");
        _source.Work = "2s delay";
        Sample(1);
        Assert.Equal("2s delay", Parse(await NextAsync("server")).GetProperty("endpoints")[0].GetProperty("work").GetString());
        await NextAsync("sample");
        Sample(2);
        await NextAsync("sample");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_ReaderGoesOrTheServerStops_Ends(bool isReader)
    {
        await NextAsync("server");
        await NextAsync("history");
        ValueTask<bool> next = _events.MoveNextAsync();
        Assert.False(next.IsCompleted);
        if (isReader)
        {
            await _reader.CancelAsync();
        }
        else
        {
            _lifetime.StopApplication();
        }

        Assert.False(await next.AsTask().OrHang());
    }

    private static JsonElement Parse(SseItem<string> item) => JsonElement.Parse(item.Data);

    private static int Accepted(JsonElement sample) => sample.GetProperty("endpoints")[0].GetProperty("accepted").GetInt32();

    private void Sample(int accepted)
    {
        _source.Accepted = accepted;
        _sampler.Sample();
    }

    private async Task<SseItem<string>> NextAsync(string type)
    {
        Assert.True(await _events.MoveNextAsync().AsTask().OrHang());
        Assert.Equal(type, _events.Current.EventType);
        return _events.Current;
    }
}
