using System.Text;
using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Connections.Work;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Work;

public sealed class ConnectionWorkHandlerTests : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);
    private static readonly ConnectionWorkOptions Options = Waiting(Delay);

    private readonly FakeTimeProvider _clock = new();
    private readonly CollectingLogger _logger = new();
    private readonly TestConnection _connection;

    public ConnectionWorkHandlerTests() => _connection = new TestConnection { TimeProvider = _clock };

    public void Dispose() => _logger.Dispose();

    [Fact]
    public async Task Connection_ClientSendsAndCloses_IsAnsweredAfterTheDelayAndCompleted()
    {
        Task handling = Handle();
        await SendAsync("GET /");
        _clock.Advance(Delay * 0.99);
        Assert.Empty(_connection.Sends);
        _clock.Advance(Delay * 0.01);
        await _connection.Shutdown.OrHang();
        Assert.Equal(96, Assert.Single(_connection.Sends).Length);
        Assert.False(handling.IsCompleted);

        await _connection.Client.CompleteAsync();
        await handling.OrHang();
        Assert.Equal(ConnectionOutcome.Completed, _connection.Outcome);
        Assert.Equal((5, 96), (_connection.BytesReceived, _connection.BytesSent));
    }

    [Fact]
    public async Task Connection_ClientHalfClosesFirst_IsStillAnswered()
    {
        Task handling = Handle();
        await SendAsync("x");
        await _connection.Client.CompleteAsync();
        await AdvanceAsync(handling, Delay);
        Assert.Equal(ConnectionOutcome.Completed, _connection.Outcome);
        Assert.Single(_connection.Sends);
    }

    [Fact]
    public async Task Connection_TwoSends_AreTwoSends()
    {
        Task handling = Handle(Options with { Work = new DelayWork(Delay, "one "u8.ToArray(), "two"u8.ToArray()) });
        await SendAsync("x");
        await _connection.Client.CompleteAsync();
        await AdvanceAsync(handling, Delay);
        Assert.Equal(2, _connection.Sends.Count);
    }

    [Fact]
    public async Task Connection_EmptyResponse_IsHalfClosedAndCompleted()
    {
        Task handling = Handle(Options with { Work = new DelayWork(TimeSpan.Zero) });
        await SendAsync("x");
        await _connection.Shutdown.OrHang();
        await _connection.Client.CompleteAsync();
        await handling.OrHang();
        Assert.Equal((ConnectionOutcome.Completed, 0), (_connection.Outcome, _connection.BytesSent));
    }

    [Fact]
    public async Task Connection_NoWork_IsAnsweredAtOnce()
    {
        Task handling = Handle(Waiting(TimeSpan.Zero));
        await SendAsync("x");
        await _connection.Shutdown.OrHang();
        await _connection.Client.CompleteAsync();
        await handling.OrHang();
    }

    [Fact]
    public async Task Connection_MoreInputDuringTheWork_IsDiscardedAndCounted()
    {
        Task handling = Handle();
        await SendAsync("first");
        await SendAsync(new string('x', 100_000));
        await _connection.Client.CompleteAsync();
        await AdvanceAsync(handling, Delay);
        Assert.Equal(100_005, _connection.BytesReceived);
        Assert.Equal(ConnectionOutcome.Completed, _connection.Outcome);
    }

    [Fact]
    public async Task Connection_FinBeforeAnyByte_IsClientClosed()
    {
        Task handling = Handle();
        await _connection.Client.CompleteAsync();
        await handling.OrHang();
        Assert.Equal(ConnectionOutcome.ClientClosed, _connection.Outcome);
        Assert.Empty(_connection.Sends);
    }

    [Fact]
    public async Task Connection_ResetBeforeAnyByte_IsClientReset()
    {
        Task handling = Handle();
        await _connection.Client.CompleteAsync(new ConnectionResetException("reset"));
        await handling.OrHang();
        Assert.Equal(ConnectionOutcome.ClientReset, _connection.Outcome);
    }

    [Fact]
    public async Task Connection_ResetDuringTheWork_EndsAtOnceAsClientReset()
    {
        Task handling = Handle();
        await SendAsync("x");
        await _connection.Client.CompleteAsync(new ConnectionResetException("reset"));
        await handling.OrHang();
        Assert.Equal(ConnectionOutcome.ClientReset, _connection.Outcome);
        Assert.Empty(_connection.Sends);
    }

    [Fact]
    public async Task Connection_ResetDuringTheSend_IsClientReset()
    {
        _connection.SendFailure = new ConnectionResetException("reset");
        Task handling = Handle();
        await SendAsync("x");
        await AdvanceAsync(handling, Delay);
        Assert.Equal(ConnectionOutcome.ClientReset, _connection.Outcome);
    }

    [Fact]
    public async Task Connection_SilentClient_IsFirstByteTimeout()
    {
        Task handling = Handle();
        _clock.Advance(Options.FirstByteTimeout * 0.99);
        Assert.False(handling.IsCompleted);
        await AdvanceAsync(handling, Options.FirstByteTimeout * 0.01);
        Assert.Equal(ConnectionOutcome.FirstByteTimeout, _connection.Outcome);
        Assert.Empty(_connection.Sends);
    }

    [Fact]
    public async Task Connection_WorkTakesTooLong_IsWorkTimeout()
    {
        Task handling = Handle(Waiting(Options.WorkTimeout * 2));
        await SendAsync("x");
        await AdvanceAsync(handling, Options.WorkTimeout);
        Assert.Equal(ConnectionOutcome.WorkTimeout, _connection.Outcome);
        Assert.Empty(_connection.Sends);
    }

    [Fact]
    public async Task Connection_ClientDoesNotRead_IsSendTimeout()
    {
        _connection.SendBlocker = new TaskCompletionSource().Task;
        Task handling = Handle();
        await SendAsync("x");
        await _clock.AdvanceUntilAsync(handling, Options.SendTimeout / 100);
        Assert.Equal(ConnectionOutcome.SendTimeout, _connection.Outcome);
    }

    [Fact]
    public async Task Connection_AbortedDuringTheWork_EndsAtOnceAsAborted()
    {
        Task handling = Handle();
        await SendAsync("x");
        _connection.Abort(new ConnectionAbortedException("shutdown"));
        await handling.OrHang();
        Assert.Equal(ConnectionOutcome.Aborted, _connection.Outcome);
    }

    [Fact]
    public async Task Connection_ServersOwnFault_IsErrorAndLoggedOnce()
    {
        _connection.SendFailure = new InvalidOperationException("a bug");
        Task handling = Handle();
        await SendAsync("x");
        await AdvanceAsync(handling, Delay);
        Assert.Equal(ConnectionOutcome.Error, _connection.Outcome);
        Assert.Equal(LogLevel.Error, Assert.Single(_logger.Named("HandlerFailed")).Level);
    }

    [Fact]
    public async Task Connection_Received_IsLoggedEscapedAndUpToMaxRequestBytes()
    {
        Task handling = Handle(Options with { MaxRequestBytes = 6 });
        await SendAsync("GET /\r\nHost: x");
        Assert.Contains(@"6 bytes: GET /\r", Assert.Single(_logger.Named("Received")).Message, StringComparison.Ordinal);
        await _connection.Client.CompleteAsync();
        await AdvanceAsync(handling, Delay);
    }

    [Fact]
    public async Task Work_GetsTheRequestAndItsResponseIsSent()
    {
        Task handling = Handle(Doing((request, _) => new(Encoding.ASCII.GetBytes($"you said {Encoding.ASCII.GetString(request.Span)}"))));
        await SendAsync("hello");
        await _connection.Client.CompleteAsync();
        await handling.OrHang();
        Assert.Equal("you said hello", Encoding.ASCII.GetString(Assert.Single(_connection.Sends)));
        Assert.Equal(ConnectionOutcome.Completed, _connection.Outcome);
        Assert.Equal((5, 14), (_connection.BytesReceived, _connection.BytesSent));
    }

    [Fact]
    public async Task Work_RequestIsLongerThanAllowed_GetsItsBeginning()
    {
        Task handling = Handle(Doing((request, _) => new(request.ToArray())) with { MaxRequestBytes = 4 });
        await SendAsync("hello");
        await _connection.Client.CompleteAsync();
        await handling.OrHang();
        Assert.Equal("hell", Encoding.ASCII.GetString(Assert.Single(_connection.Sends)));
        Assert.Equal(5, _connection.BytesReceived);
    }

    [Theory]
    [InlineData(true, ConnectionOutcome.WorkTimeout)]
    [InlineData(false, ConnectionOutcome.WorkFailed)]
    public async Task Work_Throws_IsAnsweredAsAFailure(bool isTimeout, ConnectionOutcome outcome)
    {
        Exception error = isTimeout ? new TimeoutException("too slow") : new InvalidOperationException("no such luck");
        Task handling = Handle(Doing((_, _) => throw error) with { FailureResponse = "sorry"u8.ToArray() });
        await SendAsync("x");
        await _connection.Client.CompleteAsync();
        await handling.OrHang();
        Assert.Equal(outcome, _connection.Outcome);
        Assert.Equal("sorry", Encoding.ASCII.GetString(Assert.Single(_connection.Sends)));
        Assert.Contains(error.Message, Assert.Single(_logger.Named("WorkFailed")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_FailsForMany_IsOneWarningASecond()
    {
        var handler = new ConnectionWorkHandler("test", () => Doing((_, _) => throw new IOException("gone")), _clock, _logger);
        for (int i = 0; i < 5; i++)
        {
            await FailAsync();
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        await FailAsync();
        Assert.Equal(4, _logger.Named("WorkAlsoFailed").Count());
        Assert.Equal(["(0 others", "(4 others"], _logger.Named("WorkFailed").Select(line => line.Message[line.Message.IndexOf('(', StringComparison.Ordinal)..][..9]));

        async Task FailAsync()
        {
            var connection = new TestConnection { TimeProvider = _clock };
            await connection.Client.WriteAsync(new byte[1]);
            await connection.Client.CompleteAsync();
            await handler.OnConnectedAsync(connection).OrHang();
        }
    }

    [Fact]
    public async Task Work_TakesTooLong_IsToldAndEndsAsWorkTimeoutWithoutAResponse()
    {
        Task handling = Handle(Doing(WaitForEndAsync) with { FailureResponse = "sorry"u8.ToArray() });
        await SendAsync("x");
        await AdvanceAsync(handling, Options.WorkTimeout);
        Assert.Equal(ConnectionOutcome.WorkTimeout, _connection.Outcome);
        Assert.Empty(_connection.Sends);
        Assert.DoesNotContain(_logger.Entries, line => line.Level > LogLevel.Debug);
    }

    [Fact]
    public async Task Work_ThrowsWhateverWhenItsConnectionHasEnded_KeepsTheOutcomeOfTheEnd()
    {
        Task handling = Handle(Doing(async (request, cancellationToken) =>
        {
            try
            {
                return await WaitForEndAsync(request, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                throw new IOException("broken by the end");
            }
        }));
        await SendAsync("x");
        await _connection.Client.CompleteAsync(new ConnectionResetException("reset"));
        await handling.OrHang();
        Assert.Equal(ConnectionOutcome.ClientReset, _connection.Outcome);
        Assert.Empty(_connection.Sends);
        Assert.DoesNotContain(_logger.Entries, line => line.Level > LogLevel.Debug);
    }

    [Fact]
    public async Task Work_WithAdaptivePoolSize_GivesItItsLatencyAlone()
    {
        var pool = new ConnectionPool(size: 20, _clock);
        using var adaptive = new AdaptivePoolSize(pool);
        ConnectionWorkOptions options = Doing((_, _) =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(5));
            return new(new byte[1]);
        }) with
        { AdaptivePoolSize = adaptive };
        var handler = new ConnectionWorkHandler("test", () => options, _clock, _logger);
        while (adaptive.LastDecision.SampleLatency is null)
        {
            var connection = new TestConnection { TimeProvider = _clock };
            Task handling = handler.OnConnectedAsync(connection);
            _clock.Advance(TimeSpan.FromMilliseconds(20));
            await connection.Client.WriteAsync(new byte[1]);
            await connection.Shutdown.OrHang();
            _clock.Advance(TimeSpan.FromMilliseconds(20));
            await connection.Client.CompleteAsync();
            await handling.OrHang();
        }

        Assert.InRange(adaptive.LastDecision.SampleLatency.Value.TotalMilliseconds, 4.99, 5.01);
        Assert.Equal(0, adaptive.LastDecision.Failures);
    }

    [Fact]
    public void Options_AdaptivePoolSizeWithDelay_IsAFault()
    {
        using var adaptive = new AdaptivePoolSize(new ConnectionPool(size: 20));
        Assert.Contains("AdaptivePoolSize", Assert.Single((Options with { AdaptivePoolSize = adaptive }).Validate()), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_SeveralFaults_AreAllNamed()
    {
        var options = new ConnectionWorkOptions(new DelayWork(TimeSpan.Zero, default(ReadOnlyMemory<byte>)))
        {
            MaxRequestBytes = 0,
            FirstByteTimeout = TimeSpan.Zero,
            WorkTimeout = TimeSpan.FromSeconds(-1),
            SendTimeout = Timeout.InfiniteTimeSpan,
            LingerTimeout = Timeout.InfiniteTimeSpan,
        };
        Assert.Equal(
            ["MaxRequestBytes 0 is less than 1", "FirstByteTimeout 00:00:00 is not positive", "WorkTimeout -00:00:01 is not positive", "LingerTimeout -00:00:00.0010000 is not positive"],
            options.Validate());
    }

    private static async ValueTask<ReadOnlyMemory<byte>> WaitForEndAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return request;
    }

    private static ConnectionWorkOptions Doing(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> work) => new(new TestWork(work));

    private static ConnectionWorkOptions Waiting(TimeSpan delay) => new(new DelayWork(delay, new byte[96])) { SendTimeout = TimeSpan.FromSeconds(20) };

    private Task Handle(ConnectionWorkOptions? options = null) =>
        new ConnectionWorkHandler("test", () => options ?? Options, _clock, _logger).OnConnectedAsync(_connection);

    private async Task SendAsync(string text) => await _connection.Client.WriteAsync(Encoding.ASCII.GetBytes(text));

    private Task AdvanceAsync(Task handling, TimeSpan time)
    {
        _clock.Advance(time);
        return handling.OrHang();
    }

    private sealed class TestWork(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> work) : IConnectionWork
    {
        public ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken) => work(request, cancellationToken);
    }
}
