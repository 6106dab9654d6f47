using System.Text.Json;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Functional;

namespace KestrelRaw.Tests.Admin.Live;

/// <summary>The page as an operator uses it: in a browser, while connections come and go.</summary>
public sealed class LivePageTests(LiveBrowser browser) : IClassFixture<LiveBrowser>
{
    private const string Card = "[data-endpoint=p]";
    private const string Number = $"{Card} [type=number]";
    private const string Apply = $"{Card} button";
    private const string Answer = $"document.querySelector('{Card} output').textContent";

    [Fact]
    public async Task Resize_ByKeyboardAndByClick_InUseFollows()
    {
        await using ServerProcess server = await StartAsync("""{ "Size": 5 }""");
        await using var load = new SteadyLoad(server.Port("p"), connections: 12);
        await using BrowserPage page = await browser.OpenAsync(server, new BrowserView());
        await page.WaitForAsync($"{Text("inUse")} === '5' && {Text("size")} === 'of 5 slots' && {Text("poolNote")} === 'full'");
        Assert.Equal("5", await page.EvaluateAsync<string>($"document.querySelector('{Number}').value"));

        await page.TabToAsync(Number);
        await page.PressAsync("a", withControl: true);
        await page.TypeAsync("9");
        await page.PressAsync("Enter");
        await page.WaitForAsync($"{Answer} === 'Size is 9 now.' && {Text("inUse")} === '9'");
        Assert.Equal(9, await ReadSizeAsync(server));

        await page.ClickAsync(Number);
        await page.PressAsync("a", withControl: true);
        await page.TypeAsync("2");
        await page.ClickAsync(Apply);
        await page.WaitForAsync($"{Answer} === 'Size is 2 now.' && {Text("inUse")} === '2'");
        Assert.Equal(2, await ReadSizeAsync(server));

        await page.TabToAsync($"{Card} [type=checkbox]");
        await page.PressAsync(" ");
        await page.PressAsync("Enter");
        await page.WaitForAsync($"{Answer} === 'Unlimited now.' && {Text("inUse")} === '12' && {Text("size")} === 'slots, unlimited'");
        Assert.Null(await ReadSizeAsync(server));

        // Moving charts, without a word in the console and without a request to anybody else.
        Assert.True(await page.EvaluateAsync<bool>($"[...document.querySelectorAll('{Card} svg path.main')].every(path => path.getAttribute('d').length > 20)"));
        Assert.Empty(page.Complaints);
        Assert.All(page.Requests.Where(request => request.Scheme != "data"), request => Assert.Equal($"127.0.0.1:{server.AdminPort}", request.Authority));
    }

    [Fact]
    public async Task Resize_BadSize_SaysWhyAndEscapeTakesItBack()
    {
        await using ServerProcess server = await StartAsync("""{ "Size": 5 }""");
        await using BrowserPage page = await browser.OpenAsync(server, new BrowserView());
        await page.WaitForAsync($"document.querySelector('{Number}')?.value === '5'");
        await page.TabToAsync(Number);
        await page.PressAsync("a", withControl: true);
        await page.TypeAsync("-3");
        await page.PressAsync("Enter");
        await page.WaitForAsync($"{Answer}.startsWith('Not changed: size -3 is not allowed')");
        await page.PressAsync("Escape");
        Assert.Equal("5", await page.EvaluateAsync<string>($"document.querySelector('{Number}').value"));
        Assert.Equal(5, await ReadSizeAsync(server));
    }

    [Fact]
    public async Task Resize_WithToken_NeedsTheRightOne()
    {
        await using ServerProcess server = await StartAsync("""{ "Size": 5 }""", "--KestrelRaw:Admin:Token=open-sesame");
        await using BrowserPage page = await browser.OpenAsync(server, new BrowserView());
        await page.WaitForAsync($"document.querySelector('{Number}')?.value === '5'");
        await page.TabToAsync("#token");
        await page.TypeAsync("wrong");
        await page.TabToAsync(Number);
        await page.PressAsync("a", withControl: true);
        await page.TypeAsync("7");
        await page.PressAsync("Enter");
        await page.WaitForAsync($"{Answer} === 'Not changed: the token is missing or wrong.'");
        Assert.Equal(5, await ReadSizeAsync(server));

        await page.ClickAsync("#token");
        await page.PressAsync("a", withControl: true);
        await page.TypeAsync("open-sesame");
        await page.ClickAsync(Apply);
        await page.WaitForAsync($"{Answer} === 'Size is 7 now.'");
        Assert.Equal(7, await ReadSizeAsync(server));
        Assert.Equal("0 0", await page.EvaluateAsync<string>("`${localStorage.length} ${sessionStorage.length}`"));
        Assert.DoesNotContain(page.Requests, request => request.AbsoluteUri.Contains("sesame", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resize_BeyondLoopbackWithoutToken_IsRefusedBeforeItIsAsked()
    {
        await using ServerProcess server = await StartAsync("""{ "Size": 5 }""", "--KestrelRaw:Admin:Url=http://0.0.0.0:0");
        await using BrowserPage page = await browser.OpenAsync(server, new BrowserView());
        await page.WaitForAsync($"document.querySelector('{Card} fieldset')?.disabled && {Answer}.includes('has no Admin:Token')");
    }

    [Fact]
    public async Task Page_ServerIsKilledAndComesBack_SaysSoAndGoesOnByItself()
    {
        int port;
        BrowserPage page;
        await using (ServerProcess first = await StartAsync("""{ "Size": 5 }"""))
        {
            port = first.AdminPort;
            await TestClient.AskAsync(first.Port("p"));
            page = await browser.OpenAsync(first, new BrowserView());
            await page.WaitForAsync($"{Row("accepted")} === '1'");
            Assert.True(await page.EvaluateAsync<bool>("document.getElementById('lost').hidden"));
        }

        await using (page)
        {
            await page.WaitForAsync("!document.getElementById('lost').hidden && document.body.classList.contains('is-lost')");
            Assert.Matches(@"Connection to the server lost at \d\d:\d\d:\d\d: ", await page.EvaluateAsync<string>("document.getElementById('lost').innerText"));
            Assert.Equal("Unknown", await page.EvaluateAsync<string>("document.getElementById('state').textContent"));
            await using ServerProcess second = await StartAsync("""{ "Size": 6 }""", $"--KestrelRaw:Admin:Url=http://127.0.0.1:{port}");
            await page.WaitForAsync($"document.getElementById('lost').hidden && !document.body.classList.contains('is-lost') && {Row("accepted")} === '0' && {Text("size")} === 'of 6 slots'");
            Assert.Equal("Ready", await page.EvaluateAsync<string>("document.getElementById('state').textContent"));
        }
    }

    [Fact]
    public async Task Page_ServerHangs_SaysSoAndGoesOnByItself()
    {
        await using ServerProcess server = await StartAsync("""{ "Size": 5 }""");
        await using BrowserPage page = await browser.OpenAsync(server, new BrowserView());
        await page.WaitForAsync($"{Row("accepted")} === '0'");
        server.Signal(ServerProcess.SigStop);
        await page.WaitForAsync("document.getElementById('lost').innerText.includes('nothing came for 5 s')");
        server.Signal(ServerProcess.SigContinue);
        await page.WaitForAsync("document.getElementById('lost').hidden && document.getElementById('state').textContent === 'Ready'");
    }

    [Fact]
    public async Task Page_ServerDrains_SaysSo()
    {
        await using ServerProcess server = await StartAsync("""{ "Size": 5 }""", "--KestrelRaw:Endpoints:p:Work:Delay=6s", "--Serilog:MinimumLevel:Default=Verbose");
        await using BrowserPage page = await browser.OpenAsync(server, new BrowserView());
        Task<Answer> running = TestClient.AskAsync(server.Port("p"));
        await server.WaitForAsync("sent 18 bytes");
        server.Signal(ServerProcess.SigTerm);
        await page.WaitForAsync("document.getElementById('state').textContent === 'Draining' && document.title.startsWith('Draining')");
        Assert.Equal(96, (await running).Bytes.Length);
        await page.WaitForAsync("!document.getElementById('lost').hidden");
    }

    [Fact]
    public async Task Page_AcceptLoopIsBroken_SaysNotReadyAndWhy()
    {
        await using ServerProcess server = await StartAsync("""{ "Size": 5 }""");
        await using BrowserPage page = await browser.OpenAsync(server, new BrowserView());
        await page.WaitForAsync("document.getElementById('state').textContent === 'Ready' && document.getElementById('reasons').hidden");
        StolenSocket.BreakListener(server.Id, server.Port("p"));
        await page.WaitForAsync("document.getElementById('state').textContent === 'Not ready' && document.getElementById('reasons').innerText.startsWith('accept loops: endpoint p accepts nothing')");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Page_HiddenAndShownAgain_ClosesItsStreamAndOpensAnother()
    {
        await using ServerProcess server = await StartAsync("""{ "Size": 5 }""");
        await using BrowserPage page = await browser.OpenAsync(server, new BrowserView());
        await page.WaitForAsync($"{Row("accepted")} === '0'");
        await page.RunAsync("Object.defineProperty(document, 'hidden', { value: true, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))");
        await TestClient.AskAsync(server.Port("p"));
        await page.RunAsync("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))");
        await page.WaitForAsync($"{Row("accepted")} === '1' && document.getElementById('lost').hidden");
        Assert.Equal(2, page.Requests.Count(request => request.AbsolutePath == "/api/live"));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Page_SharedPool_SaysWithWhomAndAddsUp()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """
            { "p": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "200ms" }, "Pool": { "Name": "s", "Size": 8 } },
              "q": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "200ms" }, "Pool": { "Name": "s" } } }
            """,
            [ServerProcess.WithAdmin]);
        await using var load = new SteadyLoad(server.Port("p"), connections: 20);
        await using var other = new SteadyLoad(server.Port("q"), connections: 20);
        await using BrowserPage page = await browser.OpenAsync(server, new BrowserView());
        await page.WaitForAsync($"{Text("poolLabel")} === 'In use of pool s, shared with q' && {Text("inUse")} === '8' && {Text("poolNote")} === '4 here, full'");
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(360, false)]
    [InlineData(360, true)]
    public async Task Page_UnderLoad_IsAccessibleAndFits(int width, bool isDark)
    {
        await using ServerProcess server = await StartAsync("""{ "Size": 2, "WhenFull": "Reject" }""", "--KestrelRaw:Admin:Token=t");
        await using var load = new SteadyLoad(server.Port("p"), connections: 6);
        await using BrowserPage page = await browser.OpenAsync(server, new BrowserView(width, isDark));
        await page.WaitForAsync($"{Row("rejected")} > ''");
        Assert.Empty(await Axe.FindAsync(page));
        Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
        Assert.Empty(page.Complaints);

        server.Signal(ServerProcess.SigKill);
        await server.ExitAsync();
        await page.WaitForAsync("!document.getElementById('lost').hidden");
        Assert.Empty(await Axe.FindAsync(page));
        Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
    }

    [Fact]
    public async Task Axe_PageWithoutLabels_FindsThem()
    {
        await using BrowserPage page = await browser.OpenAsync(new Uri("data:text/html,<html lang=en><title>t</title><main><input>"), new BrowserView());
        Assert.Contains("label", Assert.Single(await Axe.FindAsync(page)), StringComparison.Ordinal);
    }

    private static Task<ServerProcess> StartAsync(string pool, params string[] arguments) => ServerProcess.StartAsync(
        $$"""{ "p": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "200ms" }, "Pool": {{pool}} } }""", [ServerProcess.WithAdmin, .. arguments]);

    /// <summary>A field of the endpoint's card.</summary>
    private static string Text(string field) => $"document.querySelector('{Card} [data-field={field}]')?.textContent";

    /// <summary>The total in the card's table.</summary>
    private static string Row(string name) => $"[...document.querySelectorAll('{Card} tbody tr')].find(row => row.cells[0].textContent === '{name}')?.cells[1].textContent";

    private static async Task<int?> ReadSizeAsync(ServerProcess server)
    {
        using var client = new HttpClient();
        JsonElement pools = JsonElement.Parse(await client.GetStringAsync(new Uri($"http://127.0.0.1:{server.AdminPort}/api/pools")).OrHang());
        JsonElement size = pools[0].GetProperty("size");
        return size.ValueKind == JsonValueKind.Null ? null : size.GetInt32();
    }
}
