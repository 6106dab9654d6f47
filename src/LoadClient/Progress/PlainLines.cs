using LoadClient.Load;

namespace LoadClient.Progress;

/// <summary>A line every two seconds, for logs.</summary>
internal sealed class PlainLines(ProgressEstimate estimate, TextWriter output)
{
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(2);

    private TimeSpan _next = Apart;

    public void Show(RunProgress progress)
    {
        estimate.Take(progress);
        if (progress.Elapsed < _next)
        {
            return;
        }

        _next = progress.Elapsed + Apart;
        output.WriteLine($"{estimate.Done}: {estimate.Figures}, {estimate.Left}");
    }
}
