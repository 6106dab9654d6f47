using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using KestrelRaw.Admin.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace KestrelRaw.Admin.Live;

/// <summary>
/// The events of <c>/api/live</c>: <c>server</c>, <c>history</c>, then <c>sample</c> once a second, and <c>server</c>
/// again when a setting has changed. A reader that is slow gets the newest sample next, and misses those between.
/// </summary>
internal sealed class LiveStream(LiveSampler sampler, IHostApplicationLifetime lifetime)
{
    /// <summary>Each page is one; a dozen is more people than look at one server.</summary>
    public const int Limit = 12;

    /// <summary>More than one browser can open: six is its limit of connections to one host. So one client can't have them all.</summary>
    public const int LimitPerClient = 6;

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();

    /// <summary>The client of each stream.</summary>
    private readonly List<IPAddress> _open = [];

    public IResult Open(HttpContext context)
    {
        IPAddress client = ClientAddress.Of(context.Connection.RemoteIpAddress);
        if (!TryEnter(client, out string reason))
        {
            context.Response.Headers.RetryAfter = "5";
            return TypedResults.Text(reason, statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        context.Response.OnCompleted(() =>
        {
            Leave(client);
            return Task.CompletedTask;
        });
        return TypedResults.ServerSentEvents(ReadAsync(context.RequestAborted));
    }

    /// <summary>The events of one stream, until the reader goes or the admin surface ends.</summary>
    internal async IAsyncEnumerable<SseItem<string>> ReadAsync([EnumeratorCancellation] CancellationToken aborted)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        LiveMoment moment = sampler.Now;
        yield return new SseItem<string>(moment.Server, "server") { ReconnectionInterval = Retry };
        yield return new SseItem<string>($"[{string.Join(',', moment.History)}]", "history");
        while (await PassedAsync(moment, ended.Token))
        {
            LiveMoment next = sampler.Now;
            if (next.Server != moment.Server)
            {
                yield return new SseItem<string>(next.Server, "server");
            }

            yield return new SseItem<string>(next.History[^1], "sample");
            moment = next;
        }
    }

    private bool TryEnter(IPAddress client, out string reason)
    {
        lock (_lock)
        {
            reason = _open.Count >= Limit ? $"{Limit} live pages are open already: close one of them.\n"
                : _open.Count(client.Equals) >= LimitPerClient ? $"{LimitPerClient} live pages are open already from {client}: close one of them.\n"
                : "";
            if (reason.Length > 0)
            {
                return false;
            }

            _open.Add(client);
            return true;
        }
    }

    private void Leave(IPAddress client)
    {
        lock (_lock)
        {
            _open.Remove(client);
        }
    }

    /// <returns>False: the stream is over.</returns>
    private static async Task<bool> PassedAsync(LiveMoment moment, CancellationToken cancellationToken)
    {
        await moment.Passed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }
}
