namespace KestrelRaw.Connections.Loops;

/// <summary>What an <see cref="EventLoop"/> runs. Its <c>ToString</c> is for the log.</summary>
internal interface ILoopTarget
{
    /// <summary>Called on the loop's thread; it must not block.</summary>
    /// <param name="events">Of epoll(7), more than one perhaps; 0 when the target was posted.</param>
    void OnEvents(uint events);
}
