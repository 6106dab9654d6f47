using KestrelRaw.Connections.Listening;

namespace KestrelRaw.TestHelpers;

/// <summary>The transport of every server that a test project starts; the option <c>TestedTransport</c> in the project file, by default Auto.</summary>
public static class TransportUnderTest
{
    public static ConnectionTransport Value { get; } = Enum.Parse<ConnectionTransport>(AppContext.GetData("TestedTransport") as string ?? nameof(ConnectionTransport.Auto));
}
