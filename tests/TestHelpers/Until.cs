using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.TestHelpers;

/// <summary>Waiting in tests.</summary>
public static class Until
{
    /// <summary>Nothing here takes longer unless it hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Leaves the processors to what is waited for, and the admin surface some of the 50 requests a second that it allows.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(25);

    public static Task OrHang(this Task task) => task.WaitAsync(Patience);

    public static Task<T> OrHang<T>(this Task<T> task) => task.WaitAsync(Patience);

    /// <summary>Asks until the answer is yes.</summary>
    public static async Task TrueAsync(Func<Task<bool>> isSo)
    {
        using var giveUp = new CancellationTokenSource(Patience);
        while (!await isSo())
        {
            await Task.Delay(BetweenLooks, giveUp.Token);
        }
    }

    /// <summary>
    /// Advances a fake clock, step by step, until <paramref name="task"/> is done: code that has just been woken arms its
    /// next timer on another thread, so one big step could come too early for it.
    /// </summary>
    public static async Task AdvanceUntilAsync(this FakeTimeProvider clock, Task task, TimeSpan step)
    {
        using var giveUp = new CancellationTokenSource(Patience);
        while (!task.IsCompleted)
        {
            giveUp.Token.ThrowIfCancellationRequested();
            clock.Advance(step);
            await Task.Yield();
        }

        await task;
    }
}
