using Deque.AxeCore.Commons;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Admin.Live;

/// <summary>The accessibility checks of axe-core.</summary>
internal static class Axe
{
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>What is serious or critical, with the rule and the elements.</summary>
    public static async Task<string[]> FindAsync(BrowserPage page)
    {
        await page.RunAsync(Script);
        return await page.EvaluateAsync<string[]>("""
            axe.run({ resultTypes: ['violations'] }).then(result => result.violations
              .filter(({ impact }) => impact === 'serious' || impact === 'critical')
              .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(node => node.html).join(', ')}`))
            """);
    }
}
