using System.Globalization;
using KestrelRaw.Configuration;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Endpoints;
using KestrelRaw.Work;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Hosting;

/// <summary>What the server says when it starts and when it stops.</summary>
internal sealed partial class ServerLog(ILogger<ServerLog> logger)
{
    public void Started(BoundEndpoint endpoint)
    {
        EndpointSettings settings = endpoint.Settings;
        string work = Describe(settings.Work);
        string response = settings.Work.MongoDb is null
            ? string.Create(CultureInfo.InvariantCulture, $"{settings.Response.Name} ({settings.Response.Length} bytes)")
            : $"{settings.Response.Name} with the document's body";
        string pool = Describe(settings);
        foreach (var socket in endpoint.ListenSockets)
        {
            string url = EndpointAddress.Format(socket.LocalEndPoint!);
            if (endpoint.HasInheritedSockets)
            {
                Inherited(logger, settings.Name, url, settings.Address);
            }

            Listening(logger, settings.Name, url, settings.Model, endpoint.Listeners[0].Transport, pool, work, response);
        }

        if (settings.Work.Kind == WorkKind.Delay && settings.Work.Delay > settings.Timeouts.Work)
        {
            DelayBeyondTimeout(logger, settings.Name, settings.Work.Delay, settings.Timeouts.Work);
        }

        if (settings.Work.MongoDb is { } mongoDb && mongoDb.Timeout > settings.Timeouts.Work)
        {
            TimeoutBeyondWork(logger, settings.Name, mongoDb.Timeout, settings.Timeouts.Work);
        }

        if (settings.Work.LeavesMongoDbUnused)
        {
            Unused(logger, settings.Name, settings.Work.Kind);
        }
    }

    public void Stopped(string endpoint, ConnectionCounts counts)
    {
        string outcomes = string.Join(", ", ConnectionOutcomeNames.All
            .Where(outcome => counts[outcome] > 0)
            .Select(outcome => $"{outcome.ToName()} {counts[outcome]}"));
        Totals(logger, endpoint, counts.Accepted, counts.Active, outcomes.Length > 0 ? outcomes : "nothing finished", counts.AcceptErrors);
    }

    private static string Describe(WorkSettings work) => work switch
    {
        { Kind: WorkKind.Delay } => $"delay {DurationType.Format(work.Delay)}",
        { MongoDb: { } mongoDb } => $"reads from MongoDB's {mongoDb.Namespace}",
        _ => "none",
    };

    private static string Describe(EndpointSettings endpoint)
    {
        PoolSettings pool = endpoint.Pool;
        string name = pool.Name.Equals(endpoint.Name, StringComparison.OrdinalIgnoreCase) ? "" : $"{pool.Name} of ";
        string size = pool.Adaptive is { } adaptive ? $"adaptive from {pool.StartSize}, {adaptive.Minimum} to {adaptive.Maximum}"
            : pool.Size is { } count ? $"{count}"
            : "unlimited";
        string perClient = pool.PerClient is { } most ? $", {most} per client" : "";
        string whenFull = pool.StartSize is null && pool.PerClient is null ? "" : $", {endpoint.Admission.WhenFull} when full";
        return name + size + perClient + whenFull;
    }

    [LoggerMessage(40, LogLevel.Information, "Endpoint {Endpoint} listens on {Url}: model {Model}, transport {Transport}, pool {Pool}, work {Work}, response {Response}", EventName = "Listening")]
    private static partial void Listening(ILogger logger, string endpoint, string url, ConnectionModel model, ConnectionTransport transport, string pool, string work, string response);

    [LoggerMessage(41, LogLevel.Information, "Endpoint {Endpoint}: the socket on {Url} was passed to this process; the endpoint's own Url ({OwnUrl}) and Backlog are left aside", EventName = "SocketInherited")]
    private static partial void Inherited(ILogger logger, string endpoint, string url, EndpointAddress ownUrl);

    [LoggerMessage(42, LogLevel.Warning, "Endpoint {Endpoint}: Work:Delay ({Delay}) is longer than Timeouts:Work ({Timeout}), so every connection will end as work_timeout", EventName = "DelayBeyondTimeout")]
    private static partial void DelayBeyondTimeout(ILogger logger, string endpoint, TimeSpan delay, TimeSpan timeout);

    [LoggerMessage(43, LogLevel.Information, "Endpoint {Endpoint} stopped: {Accepted} connections accepted, {Active} active; {Outcomes}; {AcceptErrors} failed accepts", EventName = "Stopped")]
    private static partial void Totals(ILogger logger, string endpoint, long accepted, long active, string outcomes, long acceptErrors);

    [LoggerMessage(95, LogLevel.Warning, "Endpoint {Endpoint}: Work:MongoDb:Timeout ({Timeout}) is longer than Timeouts:Work ({WorkTimeout}), which ends the connection first, without a response", EventName = "TimeoutBeyondWork")]
    private static partial void TimeoutBeyondWork(ILogger logger, string endpoint, TimeSpan timeout, TimeSpan workTimeout);

    [LoggerMessage(96, LogLevel.Warning, "Endpoint {Endpoint}: Work:MongoDb is given but Work:Kind is {Kind}, so nothing is read", EventName = "MongoDbUnused")]
    private static partial void Unused(ILogger logger, string endpoint, WorkKind kind);
}
