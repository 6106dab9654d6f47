namespace LoadClient.Load;

/// <summary>Takes every good connection's times, one by one. Each worker has its own and calls it on its own thread.</summary>
internal interface IRequestRecorder : IDisposable
{
    void Record(in RequestTimes times);
}
