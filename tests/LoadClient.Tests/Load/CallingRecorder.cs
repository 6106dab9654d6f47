using LoadClient.Load;

namespace LoadClient.Tests.Load;

/// <summary>Calls the test for every good connection, on the loop's own thread.</summary>
internal sealed class CallingRecorder(Action<RequestTimes> record) : IRequestRecorder
{
    public void Record(in RequestTimes times) => record(times);

    public void Dispose()
    {
    }
}
