using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Endpoints;
using KestrelRaw.Responses;
using KestrelRaw.Work;

namespace KestrelRaw.Configuration;

/// <summary>The keys of one entry of <c>KestrelRaw:Endpoints</c>.</summary>
internal static class EndpointKeys
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(1);

    public static readonly Setting<bool> Enabled = new(
        "Enabled", new SwitchType(), "true", "false leaves this endpoint out");

    public static readonly Setting<EndpointAddress> Url = new(
        "Url", new AddressType(), null, "where to listen: tcp://IP-OR-HOST:PORT (port 0 is any free one; the log names it) or unix:/PATH")
    { IsRequired = true };

    public static readonly Setting<ConnectionModel> Model = new(
        "Model", new ChoiceType<ConnectionModel>(), nameof(ConnectionModel.Async),
        "Async: a task per connection; Threads: a dedicated OS thread per connection that blocks");

    public static readonly Setting<int> Backlog = new(
        "Backlog", new WholeNumberType(1, 65535), $"{ConnectionListenerOptions.DefaultBacklog}",
        "connections that may wait in the kernel; net.core.somaxconn caps it");

    public static readonly Setting<int> MaxRequestBytes = new(
        "MaxRequestBytes", new WholeNumberType(1, 1024 * 1024), "1024",
        "most bytes that are taken from the connection before the work starts");

    public static readonly Setting<WorkKind> WorkKind = new(
        "Work:Kind", new ChoiceType<WorkKind>(), nameof(Work.WorkKind.Delay), "Delay waits; MongoDb reads a document, whose _id the request names; None answers at once");

    public static readonly Setting<TimeSpan> WorkDelay = new(
        "Work:Delay", new DurationType(TimeSpan.Zero), "00:00:00.500", "the wait of Delay; never shorter on the monotonic clock")
    { IsLive = true };

    public static readonly Setting<string?> MongoDbConnectionString = new(
        "Work:MongoDb:ConnectionString", new TextType("null or text"), null,
        "of MongoDb: mongodb://HOST:PORT/ or mongodb+srv://HOST/, with all that MongoDB's drivers take")
    { IsSecret = true };

    public static readonly Setting<string?> MongoDbDatabase = new(
        "Work:MongoDb:Database", new DatabaseNameType(), null, "of MongoDb: the database; null is the one that the connection string names");

    public static readonly Setting<string?> MongoDbCollection = new(
        "Work:MongoDb:Collection", new CollectionNameType(), null, "of MongoDb: the collection; the response's body is its document's field body");

    public static readonly Setting<TimeSpan> MongoDbTimeout = new(
        "Work:MongoDb:Timeout", new DurationType(ShortestTimeout), "00:00:05", "of MongoDb: for the whole read, the wait for its turn included; else work_timeout");

    public static readonly Setting<ResponsePreset> ResponsePreset = new(
        "Response:Preset", new ChoiceType<ResponsePreset>(), nameof(Responses.ResponsePreset.Http),
        "Http: every HTTP client takes it; Article: the 47 bytes of the article's threaded server; ArticleGevent: its gevent server's two sends");

    public static readonly Setting<string?> ResponseText = new(
        "Response:Text", new TextType("null or text"), null, "the response as text, sent in UTF-8; instead of a preset");

    public static readonly Setting<string?> ResponseFile = new(
        "Response:File", new TextType("null or a path"), null, "a file that holds the response; instead of a preset; read once, at start");

    public static readonly Setting<int?> PoolSize = new(
        "Pool:Size", new OptionalWholeNumberType(0, "unlimited"), null, "at most this many connections at once; 0 accepts nothing; an adaptive pool begins with it")
    { IsLive = true };

    public static readonly Setting<string?> PoolName = new(
        "Pool:Name", new OptionalNameType("the endpoint's name"), null,
        "endpoints that give the same name share one pool, in turn; Size and PerClient then need to stand at one of them only");

    public static readonly Setting<bool> PoolAdaptiveEnabled = new(
        "Pool:Adaptive:Enabled", new SwitchType(), "false",
        "true: the pool finds its own size from the latency of the work; for work that has some, so for none of Delay and None");

    public static readonly Setting<int> PoolAdaptiveMinimum = new(
        "Pool:Adaptive:Minimum", new WholeNumberType(1, int.MaxValue), $"{AdaptivePoolSizeOptions.DefaultMinimum}",
        "the smallest size of an adaptive pool");

    public static readonly Setting<int> PoolAdaptiveMaximum = new(
        "Pool:Adaptive:Maximum", new WholeNumberType(1, int.MaxValue), $"{AdaptivePoolSizeOptions.DefaultMaximum}",
        "the largest size of an adaptive pool");

    public static readonly Setting<WhenFull> PoolWhenFull = new(
        "Pool:WhenFull", new ChoiceType<WhenFull>(), nameof(WhenFull.StopAccepting),
        "StopAccepting: what the pool has no room for waits in the kernel's backlog; Queue: it is accepted and waits; Reject: it is accepted and closed")
    { IsLive = true };

    public static readonly Setting<int> PoolQueueLimit = new(
        "Pool:QueueLimit", new WholeNumberType(0, int.MaxValue), $"{AdmissionOptions.DefaultQueueLimit}",
        "connections that may wait in the queue; the next is rejected")
    { IsLive = true };

    public static readonly Setting<TimeSpan> PoolQueueTimeout = new(
        "Pool:QueueTimeout", new DurationType(ShortestTimeout), "00:00:30", "longest wait in the queue; else queue_timeout")
    { IsLive = true };

    public static readonly Setting<QueueOrder> PoolQueueOrder = new(
        "Pool:QueueOrder", new ChoiceType<QueueOrder>(), nameof(QueueOrder.OldestFirst),
        "who gets the next slot: the one that has waited longest, or the one that came last")
    { IsLive = true };

    public static readonly Setting<bool?> PoolCoDelEnabled = new(
        "Pool:CoDel:Enabled", new OptionalSwitchType("on for an adaptive pool"), null,
        "true: while the queue of Queue does not drain, the newest is served first, and who has waited for Target leaves as queue_timeout")
    { IsLive = true };

    public static readonly Setting<TimeSpan> PoolCoDelTarget = new(
        "Pool:CoDel:Target", new DurationType(ShortestTimeout), "00:00:00.005",
        "longest wait while the queue does not drain; more than the time between two slots that come free")
    { IsLive = true };

    public static readonly Setting<TimeSpan> PoolCoDelInterval = new(
        "Pool:CoDel:Interval", new DurationType(ShortestTimeout), "00:00:00.100",
        "for so long the queue must not have been empty for that, and not have been needed for its end; longer than Target")
    { IsLive = true };

    public static readonly Setting<string?> PoolRejectResponse = new(
        "Pool:RejectResponse", new TextType("null or text"), null,
        "what a connection is sent that is rejected or waited too long, in UTF-8")
    { IsLive = true };

    public static readonly Setting<bool> PoolRejectWithReset = new(
        "Pool:RejectWithReset", new SwitchType(), "false", "true turns such a connection away with a RST instead of a clean close")
    { IsLive = true };

    public static readonly Setting<int?> PoolPerClient = new(
        "Pool:PerClient", new OptionalWholeNumberType(1, "unlimited"), null,
        "most slots that one remote IP address may hold; its further connections are queued (StopAccepting, Queue) or rejected (Reject)")
    { IsLive = true };

    public static readonly Setting<TimeSpan> FirstByteTimeout = new(
        "Timeouts:FirstByte", new DurationType(ShortestTimeout), "00:00:30", "from accept to the client's first byte; else first_byte_timeout")
    { IsLive = true };

    public static readonly Setting<TimeSpan> WorkTimeout = new(
        "Timeouts:Work", new DurationType(ShortestTimeout), "00:01:00", "for the work; else work_timeout")
    { IsLive = true };

    public static readonly Setting<TimeSpan> SendTimeout = new(
        "Timeouts:Send", new DurationType(ShortestTimeout), "00:00:30", "for the kernel to take the whole response; else send_timeout")
    { IsLive = true };

    public static readonly Setting<TimeSpan> LingerTimeout = new(
        "Timeouts:Linger", new DurationType(ShortestTimeout), "00:00:02",
        "longest silence after the response while the client's FIN is awaited (five times that in all); then the connection is closed")
    { IsLive = true };

    public static readonly Setting<TimeSpan> UnreachableTimeout = new(
        "Timeouts:Unreachable", new DurationType(TimeSpan.FromSeconds(1)), "00:01:00",
        "for so long a client may acknowledge nothing, not even a probe; else client_reset; more than Send, and for connections that come after a change")
    { IsLive = true };

    public static IReadOnlyList<Setting> All { get; } =
    [
        Enabled, Url, Model, Backlog, MaxRequestBytes, WorkKind, WorkDelay,
        MongoDbConnectionString, MongoDbDatabase, MongoDbCollection, MongoDbTimeout, ResponsePreset, ResponseText, ResponseFile,
        PoolSize, PoolName, PoolAdaptiveEnabled, PoolAdaptiveMinimum, PoolAdaptiveMaximum, PoolWhenFull,
        PoolQueueLimit, PoolQueueTimeout, PoolQueueOrder, PoolCoDelEnabled, PoolCoDelTarget, PoolCoDelInterval, PoolRejectResponse, PoolRejectWithReset,
        PoolPerClient, FirstByteTimeout, WorkTimeout, SendTimeout, LingerTimeout, UnreachableTimeout,
    ];
}
