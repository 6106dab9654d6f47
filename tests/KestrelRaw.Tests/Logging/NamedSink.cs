using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;

namespace KestrelRaw.Tests.Logging;

/// <summary>A sink as another package would bring it: <c>"WriteTo": [{ "Name": "Kept" }]</c>.</summary>
public static class NamedSink
{
    private static readonly Keep Instance = new();

    internal static IReadOnlyList<LogEvent> Events => Instance.Events;

    public static LoggerConfiguration Kept(this LoggerSinkConfiguration sinks) => sinks.Sink(Instance);

    private sealed class Keep : ILogEventSink
    {
        public List<LogEvent> Events { get; } = [];

        public void Emit(LogEvent logEvent) => Events.Add(logEvent);
    }
}
