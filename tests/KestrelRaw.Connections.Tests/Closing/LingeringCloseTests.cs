using System.IO.Pipelines;
using KestrelRaw.Connections.Closing;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Closing;

public sealed class LingeringCloseTests : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _clock = new();
    private readonly TestConnection _connection = new();
    private readonly PhaseTimer _timer;

    public LingeringCloseTests()
    {
        _timer = new PhaseTimer(_connection, _clock);
        _connection.TrySetOutcome(ConnectionOutcome.Completed);
    }

    public void Dispose() => _timer.Dispose();

    [Fact]
    public async Task Linger_ClientCloses_EndsAtOnce()
    {
        InputDiscarder input = NewDiscarder();
        Task lingering = LingerAsync(input);
        await SendAsync(1000);
        Assert.False(lingering.IsCompleted);
        await _connection.Client.CompleteAsync();
        await lingering.OrHang();
        Assert.True(input.IsFinished);
        Assert.Equal(1000, input.BytesDiscarded);
    }

    [Fact]
    public async Task Linger_ClientIsSilent_EndsAfterTheSilence()
    {
        Task lingering = LingerAsync(NewDiscarder());
        _clock.Advance(Silence * 0.9);
        Assert.False(lingering.IsCompleted);
        _clock.Advance(Silence * 0.1);
        await lingering.OrHang();
        Assert.Equal(ConnectionOutcome.Completed, _connection.Outcome);
    }

    [Fact]
    public async Task Linger_ClientDripsForEver_EndsAfterTheTotal()
    {
        const int StepsPerSilence = 4;
        Task lingering = LingerAsync(NewDiscarder());
        for (int step = 1; step < StepsPerSilence * LingeringClose.TotalToSilence; step++)
        {
            _clock.Advance(Silence / StepsPerSilence);
            await SendAsync(1);
            Assert.False(lingering.IsCompleted);
        }

        _clock.Advance(Silence / StepsPerSilence);
        await lingering.OrHang();
    }

    [Fact]
    public async Task Linger_ClientSendsMoreThanTheCap_EndsAtTheCap()
    {
        InputDiscarder input = NewDiscarder(maxBytes: 3000);
        Task lingering = LingerAsync(input);
        await SendAsync(2000);
        Assert.False(lingering.IsCompleted);
        await SendAsync(2000);
        await lingering.OrHang();
        Assert.InRange(input.BytesDiscarded, 3000, 4000);
    }

    [Fact]
    public async Task Linger_ClientResets_IsNoFault()
    {
        Task lingering = LingerAsync(NewDiscarder());
        await _connection.Client.CompleteAsync(new ConnectionResetException("reset"));
        await lingering.OrHang();
        Assert.Equal(ConnectionOutcome.Completed, _connection.Outcome);
    }

    [Fact]
    public async Task Linger_Aborted_EndsAtOnceAndStaysCompleted()
    {
        Task lingering = LingerAsync(NewDiscarder());
        _connection.EndAs(ConnectionOutcome.Aborted);
        await lingering.OrHang();
        Assert.Equal(ConnectionOutcome.Completed, _connection.Outcome);
    }

    private InputDiscarder NewDiscarder(long maxBytes = InputDiscarder.DefaultMaxBytes) => new(_connection.Transport.Input, maxBytes);

    private Task LingerAsync(InputDiscarder input) => LingeringClose.LingerAsync(input, Silence, _connection, _timer, _clock).AsTask();

    private async Task SendAsync(int count)
    {
        FlushResult result = await _connection.Client.WriteAsync(new byte[count]);
        Assert.False(result.IsCanceled);
    }
}
