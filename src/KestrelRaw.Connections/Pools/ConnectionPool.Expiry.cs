namespace KestrelRaw.Connections.Pools;

/// <content>In what order a queue is served, and who has waited too long in it.</content>
public sealed partial class ConnectionPool
{
    private volatile bool _isProbing;

    /// <summary>The size is smaller than it has to be, for a short time, to measure the work's latency.</summary>
    internal bool IsProbing
    {
        get => _isProbing;
        set => _isProbing = value;
    }

    internal void SetOrder(PoolMember member, QueueOrder order)
    {
        lock (_lock)
        {
            member.Order = order;
        }
    }

    /// <summary>Null ends an overload; new options in place of others leave it as it is.</summary>
    internal void SetCoDel(PoolMember member, CoDelOptions? options)
    {
        lock (_lock)
        {
            if (options is null)
            {
                member.Overload = null;
            }
            else if (member.Overload is { } overload)
            {
                overload.Options = options;
            }
            else
            {
                member.Overload = new QueueOverload(options, TimeProvider);
            }
        }
    }

    /// <summary>As of the last <see cref="TryExpire"/>.</summary>
    internal bool IsOverloaded(PoolMember member)
    {
        lock (_lock)
        {
            return member.Overload is { IsOverloaded: true };
        }
    }

    /// <summary>Notes whether the member's queue is overloaded, and takes one out that has waited too long.</summary>
    /// <param name="member">Whose queue.</param>
    /// <param name="timeout">How long one may wait when there is no overload.</param>
    /// <param name="expired">The one whose time is up.</param>
    /// <param name="nextIn">Otherwise: when to look again; null: when somebody waits.</param>
    internal bool TryExpire(PoolMember member, TimeSpan timeout, out PoolWaiter? expired, out TimeSpan? nextIn)
    {
        expired = null;
        lock (_lock)
        {
            nextIn = member.Overload?.Follow(member.Queue.Count == 0, Read().IsOpen, IsProbing);
            if (FirstDue(member, timeout) is not var (waiter, left))
            {
                return false;
            }

            if (left > TimeSpan.Zero)
            {
                nextIn = nextIn < left ? nextIn : left;
                return false;
            }

            expired = waiter;
        }

        // It may have got its slot between the lock and here; the caller comes again in any case.
        expired = TryLeave(expired) ? expired : null;
        return true;
    }

    private (PoolWaiter Waiter, TimeSpan Left)? FirstDue(PoolMember member, TimeSpan timeout)
    {
        if (member.Timed.First is not { Value: { } oldest } first)
        {
            return null;
        }

        if (member.Overload is not { IsOverloaded: true, Options.Target: var target } || target > timeout || member.Queue.Last is not { Value: { } next })
        {
            return (oldest, Left(oldest, timeout));
        }

        if (oldest != next)
        {
            return (oldest, Left(oldest, target));
        }

        // The one whom the next slot will serve is kept; the others are due before it.
        TimeSpan left = Left(oldest, timeout);
        return left > TimeSpan.Zero && first.Next is { Value: { } second } ? (second, Left(second, target)) : (oldest, left);
    }

    private TimeSpan Left(PoolWaiter waiter, TimeSpan timeout) => timeout - TimeProvider.GetElapsedTime(waiter.Since);
}
