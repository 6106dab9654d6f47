using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Listening;

/// <summary>What all connections of one listener share.</summary>
internal sealed record ConnectionScope(
    string Endpoint, ConnectionPool? Pool, ConnectionCounters Counters, TimeProvider TimeProvider, ILogger Logger);
