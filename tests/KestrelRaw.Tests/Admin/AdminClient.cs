using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Admin;

/// <summary>Asks a server's admin surface.</summary>
internal sealed class AdminClient(int port) : IDisposable
{
    // Fewer connections than the surface takes at once.
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 8 }) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Until.Patience };

    /// <param name="path"><c>/metrics</c>.</param>
    /// <param name="host">The header <c>Host</c>, where it is another.</param>
    public async Task<Reply> GetAsync(string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        return await SendAsync(request);
    }

    public async Task<Reply> ResizeAsync(string pool, string body, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/pools/{pool}");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await SendAsync(request);
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage response = await _http.SendAsync(request);
        return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What came back.</summary>
internal sealed record Reply(HttpStatusCode Status, string Body, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonElement.Parse(Body);
}
