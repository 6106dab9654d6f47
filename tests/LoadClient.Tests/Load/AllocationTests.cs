using LoadClient.Reporting;

namespace LoadClient.Tests.Load;

[Collection(nameof(RunsAlone))]
public sealed class AllocationTests
{
    private const int Requests = 3000;

    /// <summary>Once a second a loop may take a new tally; else between two good connections nothing is allocated on its thread.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Loop_ManyConnections_AllocatesNothingForEach(bool isHttp)
    {
        long before = long.MaxValue;
        int grown = 0;
        await using TestServer server = TestServer.Start(Serve.Response(Serve.Http));

        RunReport report = await Runs.RunAsync(
            Runs.Of(isHttp ? server.Http : server.Tcp, Requests, 20) with { ExpectText = "World" },
            createRecorder: () => new CallingRecorder(_ =>
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                grown += now > before ? 1 : 0;
                before = now;
            }));

        Assert.Equal(Requests, report.Counts.Good);
        Assert.InRange(grown, 0, Requests / 100);
    }
}
