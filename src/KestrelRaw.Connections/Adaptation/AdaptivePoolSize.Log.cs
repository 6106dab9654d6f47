using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Adaptation;

/// <content>What the log gets of each decision.</content>
public sealed partial class AdaptivePoolSize
{
    internal static partial class Log
    {
        /// <summary>Probes and other people's changes are rare; a size that the latency changes may change with each window.</summary>
        public static void Decision(ILogger logger, string pool, AdaptationDecision made)
        {
            switch (made.Reason)
            {
                case AdaptationReason.Started or AdaptationReason.Resized:
                    Began(logger, pool, made.Size, made.Reason);
                    break;
                case AdaptationReason.ProbeDue or AdaptationReason.MinimumTooHigh or AdaptationReason.MinimumTooLow:
                    ProbeBegan(logger, pool, made.Reason, made.SizeBefore, made.Size);
                    break;
                case AdaptationReason.ProbeDone:
                    ProbeDone(logger, pool, Milliseconds(made.MinimumLatency), made.Samples, made.Size);
                    break;
                case AdaptationReason.ProbeFailed:
                    ProbeFailed(logger, pool, made.Samples, made.Failures, made.Size);
                    break;
                case AdaptationReason.ProbeDeeper:
                    ProbeDeeper(logger, pool, made.SizeBefore, made.Size, Milliseconds(made.SampleLatency), made.Samples);
                    break;
                case AdaptationReason.Grown or AdaptationReason.Shrunk:
                    SizeChanged(logger, pool, made.Reason, made.SizeBefore, made.Size, Milliseconds(made.SampleLatency), Milliseconds(made.MinimumLatency), made.Gradient, made.InFlight, made.Throughput);
                    break;
                case AdaptationReason.Steady or AdaptationReason.LimitNotReached or AdaptationReason.NoGain:
                    SizeKept(logger, pool, made.Reason, made.Size, Milliseconds(made.SampleLatency), Milliseconds(made.MinimumLatency), made.Gradient, made.InFlight, made.Throughput);
                    break;
                default:
                    throw new InvalidOperationException($"{made.Reason} has no log event.");
            }
        }

        private static double? Milliseconds(TimeSpan? latency) => latency?.TotalMilliseconds;

        [LoggerMessage(70, LogLevel.Information, "Pool {Pool}: its size is found from the work's latency, beginning with {Size} ({Reason})", EventName = "AdaptationBegan")]
        private static partial void Began(ILogger logger, string pool, int size, AdaptationReason reason);

        [LoggerMessage(71, LogLevel.Information, "Pool {Pool}: a probe of the minimum latency begins ({Reason}), size {SizeBefore} -> {Size}", EventName = "ProbeBegan")]
        private static partial void ProbeBegan(ILogger logger, string pool, AdaptationReason reason, int sizeBefore, int size);

        [LoggerMessage(72, LogLevel.Information, "Pool {Pool}: the probe is done, minimum latency {MinimumLatency:0.00} ms of {Samples} samples, size {Size}", EventName = "ProbeDone")]
        private static partial void ProbeDone(ILogger logger, string pool, double? minimumLatency, int samples, int size);

        [LoggerMessage(73, LogLevel.Information, "Pool {Pool}: the probe got only {Samples} samples and {Failures} failures in time, the minimum latency stays; size {Size}", EventName = "ProbeFailed")]
        private static partial void ProbeFailed(ILogger logger, string pool, int samples, int failures, int size);

        [LoggerMessage(76, LogLevel.Debug, "Pool {Pool}: less work at once is faster ({SampleLatency:0.00} ms of {Samples} samples), the probe goes on, size {SizeBefore} -> {Size}", EventName = "ProbeDeeper")]
        private static partial void ProbeDeeper(ILogger logger, string pool, int sizeBefore, int size, double? sampleLatency, int samples);

        [LoggerMessage(74, LogLevel.Debug, "Pool {Pool}: {Reason} {SizeBefore} -> {Size}; latency {SampleLatency:0.00} ms, minimum {MinimumLatency:0.00} ms, gradient {Gradient:0.00}, {InFlight:0.0} at work, {Throughput:0.0}/s", EventName = "AdaptiveSizeChanged")]
        private static partial void SizeChanged(ILogger logger, string pool, AdaptationReason reason, int sizeBefore, int size, double? sampleLatency, double? minimumLatency, double? gradient, double inFlight, double throughput);

        [LoggerMessage(75, LogLevel.Trace, "Pool {Pool}: {Reason}, size {Size}; latency {SampleLatency:0.00} ms, minimum {MinimumLatency:0.00} ms, gradient {Gradient:0.00}, {InFlight:0.0} at work, {Throughput:0.0}/s", EventName = "AdaptiveSizeKept")]
        private static partial void SizeKept(ILogger logger, string pool, AdaptationReason reason, int size, double? sampleLatency, double? minimumLatency, double? gradient, double inFlight, double throughput);
    }
}
