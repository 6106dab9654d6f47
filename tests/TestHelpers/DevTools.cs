using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;

namespace KestrelRaw.TestHelpers;

/// <summary>The DevTools protocol over its web socket: calls with their answers, and events by session.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _calls = new();
    private readonly ConcurrentDictionary<string, Action<string, JsonElement>> _subscribers = new();
    private Task _receiving = Task.CompletedTask;
    private int _lastId;

    public static async Task<DevTools> ConnectAsync(Uri address)
    {
        var tools = new DevTools();
        await tools._socket.ConnectAsync(address, CancellationToken.None).OrHang();
        tools._receiving = tools.ReceiveAsync();
        return tools;
    }

    public void Subscribe(string session, Action<string, JsonElement> onEvent) => _subscribers[session] = onEvent;

    /// <param name="method"><c>Page.navigate</c>.</param>
    /// <param name="parameters">Serialized as they stand.</param>
    /// <param name="session">The page's; null: the browser itself.</param>
    public async Task<JsonElement> CallAsync(string method, object? parameters = null, string? session = null)
    {
        int id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[id] = answer;
        var message = new Dictionary<string, object> { ["id"] = id, ["method"] = method, ["params"] = parameters ?? new { } };
        if (session is not null)
        {
            message["sessionId"] = session;
        }

        // A web socket takes one message at a time.
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).OrHang();
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.OrHang();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _receiving.OrHang();
        _socket.Dispose();
        _sending.Dispose();
    }

    /// <summary>Until the socket ends; whoever still waits then is told.</summary>
    private async Task ReceiveAsync()
    {
        try
        {
            while (await ReceiveMessageAsync() is { } message)
            {
                Dispatch(message);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
        }

        foreach (TaskCompletionSource<JsonElement> call in _calls.Values)
        {
            call.TrySetException(new IOException("The browser has closed its DevTools."));
        }
    }

    private async Task<JsonElement?> ReceiveMessageAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return part.MessageType == WebSocketMessageType.Close ? null : JsonElement.Parse(message.GetBuffer().AsSpan(0, (int)message.Length));
    }

    private void Dispatch(JsonElement message)
    {
        if (!message.TryGetProperty("id", out JsonElement id))
        {
            if (message.TryGetProperty("sessionId", out JsonElement session) && _subscribers.TryGetValue(session.GetString()!, out Action<string, JsonElement>? onEvent))
            {
                onEvent(message.GetProperty("method").GetString()!, message.GetProperty("params"));
            }
        }
        else if (_calls.TryRemove(id.GetInt32(), out TaskCompletionSource<JsonElement>? call))
        {
            if (message.TryGetProperty("error", out JsonElement error))
            {
                call.SetException(new InvalidOperationException(error.ToString()));
            }
            else
            {
                call.SetResult(message.GetProperty("result"));
            }
        }
    }
}
