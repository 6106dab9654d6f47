using System.Runtime.InteropServices;
using LoadClient.Kernel;
using LoadClient.Responses;
using LoadClient.Targets;

namespace LoadClient.Load;

/// <summary>
/// The connections of one loop, from connect to close. Of the system calls that ab makes for each, the half is left: the
/// request is sent without asking whether the connection is there yet (on loopback it is), there is one registration with
/// epoll and none after it, and a read that came up short after a FIN needs no second one to see the end.
/// </summary>
internal sealed unsafe class Connections : IDisposable
{
    private const int ReceiveBytes = 65536;

    /// <summary>One connection that brings data as fast as it is read must not keep the loop from all the others.</summary>
    private const int ReadsAtOnce = 16;

    /// <summary>How often connect is tried again at a unix socket whose backlog is full.</summary>
    private const long BacklogRetry = MonotonicClock.Millisecond;

    private readonly Epoll _epoll;
    private readonly ConnectionSlots _slots;
    private readonly ConnectionRecord _record;
    private readonly ResponseJudge _judge;
    private readonly ServerSoftware? _software;
    private readonly Dialer _dialer;
    private readonly Queue<int> _waitingForBacklog = [];
    private readonly long _timeout;
    private readonly byte* _request;
    private readonly int _requestLength;
    private readonly byte* _buffer;

    public Connections(LoadSettings settings, ResponseJudge judge, Epoll epoll, int count, ConnectionRecord record)
    {
        _epoll = epoll;
        _slots = new ConnectionSlots(count);
        _record = record;
        _judge = judge;
        _software = settings.Target.Kind == TargetKind.Http ? new ServerSoftware() : null;
        _dialer = new Dialer(settings);
        _timeout = MonotonicClock.ToNanoseconds(settings.Timeout);
        _requestLength = settings.Request.Length;
        _request = (byte*)NativeMemory.Alloc((nuint)Math.Max(1, _requestLength));
        settings.Request.Span.CopyTo(new Span<byte>(_request, _requestLength));
        _buffer = (byte*)NativeMemory.Alloc(ReceiveBytes);
    }

    public int Active => _slots.Active;

    public bool HasFree => _slots.HasFree;

    public string ServerSoftware => _software?.Value ?? "";

    /// <summary>When the loop must look again even if the kernel reports nothing.</summary>
    public long NextDeadline => _waitingForBacklog.Count > 0
        ? MonotonicClock.Now + BacklogRetry
        : _slots.Earliest == ConnectionSlots.None ? long.MaxValue : _slots[_slots.Earliest].Start + _timeout;

    /// <returns>The outcome if it has already failed.</returns>
    public ConnectionOutcome? Begin(long intendedStart, long now)
    {
        int index = _slots.Take();
        ref ConnectionSlot slot = ref _slots[index];
        slot.IntendedStart = intendedStart;
        slot.Start = now;
        slot.Phase = ConnectionPhase.Connecting;
        _record.Tally.CountStart();
        slot.Descriptor = _dialer.Open();
        return slot.Descriptor < 0 ? Fail(index, -slot.Descriptor) : Connect(index);
    }

    public void OnEvents(int index, uint events)
    {
        ref ConnectionSlot slot = ref _slots[index];
        long now = MonotonicClock.Now;
        if (slot.Phase == ConnectionPhase.Connecting)
        {
            int error = (events & (Epoll.Error | Epoll.HangUp)) == 0 ? 0 : NativeSocket.TakeError(slot.Descriptor);
            if (error != 0)
            {
                Fail(index, error);
                return;
            }

            slot.Connected = now;
            slot.Phase = ConnectionPhase.Sending;
        }

        if (slot.Phase == ConnectionPhase.Sending)
        {
            Send(ref slot);
        }

        if ((events & ~Epoll.Out) != 0)
        {
            Receive(index, events, now);
        }
    }

    /// <summary>Ends the connections whose time is over.</summary>
    public void EndOverdue(long now)
    {
        while (_slots.Earliest is var index and not ConnectionSlots.None && now - _slots[index].Start >= _timeout)
        {
            End(index, ConnectionOutcomes.Timeout(_slots[index].Phase), Errno.TimedOut, now);
        }
    }

    /// <summary>Tries connect again where a unix socket's backlog was full, in the order of starts, until it is full again.</summary>
    public void RetryFullBacklog()
    {
        while (_waitingForBacklog.TryPeek(out int index))
        {
            // Those whose time ran out meanwhile are the first here, too, and go before their slots are used again.
            if (_slots[index].Phase == ConnectionPhase.WaitingForBacklog)
            {
                Connect(index);
            }

            if (_slots[index].Phase == ConnectionPhase.WaitingForBacklog)
            {
                return;
            }

            _waitingForBacklog.Dequeue();
        }
    }

    /// <summary>Closes what is under way, without an outcome.</summary>
    public void Abandon()
    {
        while (_slots.Earliest is var index and not ConnectionSlots.None)
        {
            NativeSocket.Close(_slots[index].Descriptor);
            _slots.Release(index);
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_buffer);
        NativeMemory.Free(_request);
        _dialer.Dispose();
    }

    private ConnectionOutcome? Connect(int index)
    {
        ref ConnectionSlot slot = ref _slots[index];
        int error = _dialer.Connect(slot.Descriptor);
        switch (error)
        {
            case 0:
            case Errno.InProgress:
                slot.Phase = ConnectionPhase.Connecting;
                return Send(index, isConnected: error == 0);
            case Errno.Again when slot.Phase == ConnectionPhase.WaitingForBacklog:
                return null;
            case Errno.Again:
                slot.Phase = ConnectionPhase.WaitingForBacklog;
                _waitingForBacklog.Enqueue(index);
                return null;
            default:
                return Fail(index, error);
        }
    }

    /// <summary>Sends at once, without waiting to hear that the connection is there, and only then registers with epoll.</summary>
    private ConnectionOutcome? Send(int index, bool isConnected)
    {
        ref ConnectionSlot slot = ref _slots[index];
        long now = MonotonicClock.Now;
        int count = _requestLength == 0 ? -Errno.Again : NativeSocket.Send(slot.Descriptor, _request, _requestLength);
        if (count >= 0 || isConnected)
        {
            slot.Connected = now;
            slot.Phase = ConnectionPhase.Sending;
            Sent(ref slot, count);
        }
        else if (count is not (-Errno.Again) and not (-Errno.Interrupted))
        {
            return Fail(index, NativeSocket.TakeError(slot.Descriptor) is var pending and not 0 ? pending : -count);
        }

        int error = _epoll.Watch(slot.Descriptor, Events(slot), index);
        return error == 0 ? null : Fail(index, error);
    }

    private static uint Events(in ConnectionSlot slot) =>
        Epoll.In | Epoll.ReadHangUp | (slot.Phase == ConnectionPhase.Receiving ? 0 : Epoll.Out);

    private void Send(ref ConnectionSlot slot)
    {
        int count;
        do
        {
            count = NativeSocket.Send(slot.Descriptor, _request + slot.Sent, _requestLength - slot.Sent);
            Sent(ref slot, count);
        }
        while (slot.Phase == ConnectionPhase.Sending && count > 0);
    }

    private void Sent(ref ConnectionSlot slot, int count)
    {
        if (count > 0)
        {
            slot.Sent += count;
            _record.Tally.BytesSent += count;
        }

        bool hasFailed = count < 0 && count is not (-Errno.Again) and not (-Errno.Interrupted);
        if (slot.Sent == _requestLength || hasFailed)
        {
            slot.Phase = ConnectionPhase.Receiving;
        }

        // The send has taken the socket's error, so that the reads, which may still find an answer, would end as if a FIN
        // had come. After EPIPE one has: the RST came second.
        if (hasFailed && count != -Errno.BrokenPipe)
        {
            slot.SendError = -count;
        }
    }

    private void Receive(int index, uint events, long now)
    {
        ref ConnectionSlot slot = ref _slots[index];
        for (int reads = 0; reads < ReadsAtOnce; reads++)
        {
            int count = NativeSocket.Receive(slot.Descriptor, _buffer, ReceiveBytes);
            if (count > 0)
            {
                Received(index, ref slot, new ReadOnlySpan<byte>(_buffer, count), now);

                // A RST hangs up as a FIN does, and only one more read tells of it.
                if (count == ReceiveBytes || (events & Epoll.Error) != 0)
                {
                    continue;
                }

                // Short: everything that had come is read. If the FIN had come too, that was all there will be.
                if ((events & Epoll.ReadHangUp) == 0)
                {
                    return;
                }

                count = 0;
            }

            switch (count)
            {
                case 0 when slot.SendError != 0:
                    Fail(index, slot.SendError);
                    return;
                case 0:
                    End(index, ConnectionOutcomes.Classify(_judge.Judge(slot.Response)), 0, now);
                    return;
                case -Errno.Again:
                    return;
                case -Errno.Interrupted:
                    continue;
                default:
                    Fail(index, -count);
                    return;
            }
        }

        if (_epoll.Rewatch(slot.Descriptor, Events(slot), index) is var error and not 0)
        {
            Fail(index, error);
        }
    }

    private void Received(int index, ref ConnectionSlot slot, ReadOnlySpan<byte> bytes, long now)
    {
        slot.FirstByte = slot.FirstByte == 0 ? now : slot.FirstByte;
        _record.Tally.BytesReceived += bytes.Length;
        _judge.Read(ref slot.Response, bytes);
        if (_software is { IsKnown: false })
        {
            _software.Read(index, bytes);
        }
    }

    private ConnectionOutcome Fail(int index, int error)
    {
        ConnectionOutcome outcome = ConnectionOutcomes.Classify(error, _slots[index].Phase);
        End(index, outcome, error, MonotonicClock.Now);
        return outcome;
    }

    private void End(int index, ConnectionOutcome outcome, int error, long now)
    {
        ref ConnectionSlot slot = ref _slots[index];
        _record.Tally.DocumentBytes += slot.Response.DocumentBytes;
        _record.Tally.Non2xx += _judge.IsNon2xx(slot.Response) ? 1 : 0;
        if (outcome == ConnectionOutcome.Good)
        {
            _record.Good(slot, now);
        }
        else
        {
            _record.Failed(outcome, error, now);
        }

        _software?.End(index, outcome == ConnectionOutcome.Good);
        if (slot.Descriptor >= 0)
        {
            NativeSocket.Close(slot.Descriptor);
        }

        _slots.Release(index);
    }
}
