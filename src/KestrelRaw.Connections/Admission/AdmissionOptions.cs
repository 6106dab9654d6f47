using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Connections.Admission;

/// <summary>How an endpoint admits connections to its pool.</summary>
public sealed record AdmissionOptions
{
    /// <summary>10,000: at a few kilobytes of kernel memory each, some tens of megabytes.</summary>
    public const int DefaultQueueLimit = 10_000;

    /// <summary>30 s, HAProxy's usual <c>timeout queue</c>.</summary>
    public static readonly TimeSpan DefaultQueueTimeout = TimeSpan.FromSeconds(30);

    /// <summary>2 s.</summary>
    public static readonly TimeSpan DefaultRejectLinger = TimeSpan.FromSeconds(2);

    /// <summary>What .NET's timers take: a little less than 50 days.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>The answer to a full pool. Default <see cref="WhenFull.StopAccepting"/>.</summary>
    public WhenFull WhenFull { get; set; }

    /// <summary>
    /// The most connections that may wait for a slot; a further one is rejected. 0 queues nothing. Default 10,000.
    /// For <see cref="WhenFull.Queue"/>, and under <see cref="WhenFull.StopAccepting"/> for connections whose client has
    /// all the slots that it may have: they are accepted by the time that is known.
    /// </summary>
    public int QueueLimit { get; set; } = DefaultQueueLimit;

    /// <summary>The longest wait in the queue; the connection then ends as <c>queue_timeout</c>. Default 30 s.</summary>
    public TimeSpan QueueTimeout { get; set; } = DefaultQueueTimeout;

    /// <summary>Who gets the next slot. Default <see cref="QueueOrder.OldestFirst"/>.</summary>
    public QueueOrder QueueOrder { get; set; }

    /// <summary>
    /// Bounds the wait while the queue does not drain, in place of <see cref="QueueTimeout"/> and <see cref="QueueOrder"/>;
    /// null (the default) does not. For <see cref="WhenFull.Queue"/>.
    /// </summary>
    public CoDelOptions? CoDel { get; set; }

    /// <summary>
    /// What a connection is sent that is rejected or waited too long, before it is closed. Default
    /// nothing. It goes straight to the socket: a client that expects TLS can't read it.
    /// </summary>
    public ReadOnlyMemory<byte> RejectResponse { get; set; }

    /// <summary>
    /// True sends such a connection a RST and no response: the cheapest for this side, and a client sees at once that it
    /// was no normal end. Default false: a clean close, which waits for the client's FIN.
    /// </summary>
    public bool RejectWithReset { get; set; }

    /// <summary>How long a clean close may take: sending the response, and waiting for the client's FIN. Default 2 s.</summary>
    public TimeSpan RejectLinger { get; set; } = DefaultRejectLinger;

    /// <summary>Everything that is wrong with the options; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Check(Enum.IsDefined(WhenFull), $"{nameof(WhenFull)} {WhenFull} is not defined");
        Check(Enum.IsDefined(QueueOrder), $"{nameof(QueueOrder)} {QueueOrder} is not defined");
        Check(QueueLimit >= 0, $"{nameof(QueueLimit)} {QueueLimit} is negative");
        Check(QueueTimeout > TimeSpan.Zero && QueueTimeout <= LongestTimer, $"{nameof(QueueTimeout)} {QueueTimeout} is not positive or is longer than {LongestTimer}");
        Check(RejectLinger > TimeSpan.Zero && RejectLinger <= LongestTimer, $"{nameof(RejectLinger)} {RejectLinger} is not positive or is longer than {LongestTimer}");
        faults.AddRange(CoDel?.Validate().Select(static fault => $"{nameof(CoDel)}: {fault}") ?? []);
        return faults;

        void Check(bool isRight, string fault)
        {
            if (!isRight)
            {
                faults.Add(fault);
            }
        }
    }
}
