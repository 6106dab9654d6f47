namespace KestrelRaw.Hostile.Tests.Runs;

/// <summary>
/// Looks again and again: another process's descriptors and the kernel's tables give no signal. With <see cref="LawWatch"/>
/// beside it, it stays below the 50 requests a second that the admin surface allows.
/// </summary>
internal static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(30);

    /// <returns>Whether it became true in time.</returns>
    public static async Task<bool> UntilAsync(Func<Task<bool>> isSo, TimeSpan patience)
    {
        using var giveUp = new CancellationTokenSource(patience);
        using var timer = new PeriodicTimer(Interval);
        while (!await isSo())
        {
            try
            {
                await timer.WaitForNextTickAsync(giveUp.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Does it again and again, with a pause between, until cancelled; then ends with what is under way.</summary>
    public static Task EveryAsync(TimeSpan pause, Func<Task> action, CancellationToken end) => Task.Run(
        async () =>
        {
            using var timer = new PeriodicTimer(pause);
            try
            {
                do
                {
                    await action();
                }
                while (await timer.WaitForNextTickAsync(end));
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The end.
            }
        },
        CancellationToken.None);
}
