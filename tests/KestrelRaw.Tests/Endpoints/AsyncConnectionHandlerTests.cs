using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Endpoints;
using KestrelRaw.Responses;
using KestrelRaw.TestHelpers;
using KestrelRaw.Work;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Tests.Endpoints;

public sealed class AsyncConnectionHandlerTests : IDisposable
{
    private static readonly TimeSpan Delay = TestSettings.Delay;
    private static readonly EndpointTimeouts Timeouts = TestSettings.Timeouts;

    private readonly FakeTimeProvider _clock = new();
    private readonly CollectingLogger _logger = new();
    private readonly TestConnection _connection;

    public AsyncConnectionHandlerTests() => _connection = new TestConnection { TimeProvider = _clock };

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
        Task handling = Handle(TestSettings.Endpoint() with { Response = Response.FromPreset(ResponsePreset.ArticleGevent) });
        await SendAsync("x");
        await _connection.Client.CompleteAsync();
        await AdvanceAsync(handling, Delay);
        Assert.Equal(2, _connection.Sends.Count);
    }

    [Fact]
    public async Task Connection_NoWork_IsAnsweredAtOnce()
    {
        Task handling = Handle(TestSettings.Endpoint() with { Work = new WorkSettings(WorkKind.None, Delay) });
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
        _clock.Advance(Timeouts.FirstByte * 0.99);
        Assert.False(handling.IsCompleted);
        await AdvanceAsync(handling, Timeouts.FirstByte * 0.01);
        Assert.Equal(ConnectionOutcome.FirstByteTimeout, _connection.Outcome);
        Assert.Empty(_connection.Sends);
    }

    [Fact]
    public async Task Connection_WorkTakesTooLong_IsWorkTimeout()
    {
        Task handling = Handle(TestSettings.Endpoint() with { Work = new WorkSettings(WorkKind.Delay, Timeouts.Work * 2) });
        await SendAsync("x");
        await AdvanceAsync(handling, Timeouts.Work);
        Assert.Equal(ConnectionOutcome.WorkTimeout, _connection.Outcome);
        Assert.Empty(_connection.Sends);
    }

    [Fact]
    public async Task Connection_ClientDoesNotRead_IsSendTimeout()
    {
        _connection.SendBlocker = new TaskCompletionSource().Task;
        Task handling = Handle();
        await SendAsync("x");
        await _clock.AdvanceUntilAsync(handling, Timeouts.Send / 100);
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
        Task handling = Handle(TestSettings.Endpoint() with { MaxRequestBytes = 6 });
        await SendAsync("GET /\r\nHost: x");
        Assert.Contains(@"6 bytes: GET /\r", Assert.Single(_logger.Named("Received")).Message, StringComparison.Ordinal);
        await _connection.Client.CompleteAsync();
        await AdvanceAsync(handling, Delay);
    }

    private Task Handle(EndpointSettings? settings = null) =>
        new AsyncConnectionHandler(() => settings ?? TestSettings.Endpoint(), _clock, new HandlerLog(new Logger<HandlerLog>(_logger))).OnConnectedAsync(_connection);

    private async Task SendAsync(string text) => await _connection.Client.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text));

    private Task AdvanceAsync(Task handling, TimeSpan time)
    {
        _clock.Advance(time);
        return handling.OrHang();
    }
}
