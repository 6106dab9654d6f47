using System.Buffers;
using System.IO.Pipelines;
using KestrelRaw.Connections.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace LineEcho;

/// <summary>
/// Sends each line back when all of it is there. A line ends in LF or CRLF, the last one also in the client's FIN; the
/// answer ends in CRLF.
/// </summary>
internal sealed class LineEchoHandler : ConnectionHandler
{
    /// <summary>The line's end is not counted. What is longer is not kept, and answered with a complaint.</summary>
    private const int MaxLineBytes = 4096;

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        var lifetime = connection.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>();
        using CancellationTokenRegistration stopping = lifetime.ConnectionClosedRequested.Register(input.CancelPendingRead);
        try
        {
            await EchoAsync(input, connection.Transport.Output);
        }
        catch (ConnectionResetException)
        {
            connection.Features.Get<IConnectionOutcomeFeature>()?.TrySetOutcome(ConnectionOutcome.ClientReset);
        }
        catch (ConnectionAbortedException)
        {
            // From this side, which has said why: the outcome is set.
        }
    }

    private static async Task EchoAsync(PipeReader input, PipeWriter output)
    {
        bool isTooLong = false;
        ReadResult read;
        FlushResult flush;
        do
        {
            read = await input.ReadAsync();
            ReadOnlySequence<byte> rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } lineFeed)
            {
                Answer(rest.Slice(0, lineFeed), isTooLong, output);
                isTooLong = false;
                rest = rest.Slice(rest.GetPosition(1, lineFeed));
            }

            // One more than the maximum: it may be a CR.
            if (rest.Length > MaxLineBytes + 1)
            {
                isTooLong = true;
                rest = rest.Slice(rest.End);
            }

            if (read.IsCompleted && (isTooLong || !rest.IsEmpty))
            {
                Answer(rest, isTooLong, output);
                rest = rest.Slice(rest.End);
            }

            input.AdvanceTo(rest.Start, rest.End);
            flush = await output.FlushAsync();
        }
        while (!read.IsCompleted && !read.IsCanceled && !flush.IsCompleted);
    }

    private static void Answer(ReadOnlySequence<byte> line, bool isTooLong, PipeWriter output)
    {
        if (!line.IsEmpty && line.Slice(line.Length - 1).FirstSpan[0] == '\r')
        {
            line = line.Slice(0, line.Length - 1);
        }

        if (isTooLong || line.Length > MaxLineBytes)
        {
            output.Write("line too long"u8);
        }
        else
        {
            foreach (ReadOnlyMemory<byte> segment in line)
            {
                output.Write(segment.Span);
            }
        }

        output.Write("\r\n"u8);
    }
}
