using System.Net.Sockets;
using KestrelRaw.Connections.Timeouts;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Connections.Tests.Loops;

public sealed class StuckLoopTests
{
    [Fact]
    public async Task Stop_HandlerNeverComesBack_EndsAllTheSame()
    {
        using var comeBack = new ManualResetEventSlim();
        var isStuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LoopServer server = await LoopServer.StartAsync(async connection =>
        {
            do
            {
                await connection.Features.Get<IConnectionDelayFeature>()!.DelayAsync(TimeSpan.FromMilliseconds(1));
            }
            while (Thread.CurrentThread.Name != "event loop 0");

            isStuck.SetResult();
            comeBack.Wait();
        });
        using Socket client = server.Connect();
        await isStuck.Task.OrHang();
        await server.LoggedAsync("LoopStuck", text: "by connection E");
        try
        {
            await Task.Run(() => server.StopAsync(new CancellationToken(canceled: true))).OrHang();
            await server.LoggedAsync("NotAllEnded");
            await server.DisposeAsync().AsTask().OrHang();
            Assert.Single(server.Logger.Named("LoopNotEnded"));
        }
        finally
        {
            comeBack.Set();
        }
    }
}
