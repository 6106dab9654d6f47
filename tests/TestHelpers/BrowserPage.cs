using System.Collections.Concurrent;
using System.Text.Json;

namespace KestrelRaw.TestHelpers;

/// <summary>One page of a <see cref="Browser"/>, and everything that it complained of and asked for.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly DevTools _tools;
    private readonly string _target;
    private readonly string _session;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<Uri> _requests = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BrowserPage(DevTools tools, string target, string session) => (_tools, _target, _session) = (tools, target, session);

    /// <summary>Errors and warnings in the console, broken rules of the content security policy, uncaught exceptions.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Everything that the page asked for, itself first; also what was blocked.</summary>
    public IReadOnlyCollection<Uri> Requests => _requests;

    internal static async Task<BrowserPage> CreateAsync(DevTools tools)
    {
        JsonElement created = await tools.CallAsync("Target.createTarget", new { url = "about:blank" });
        string target = created.GetProperty("targetId").GetString()!;
        JsonElement attached = await tools.CallAsync("Target.attachToTarget", new { targetId = target, flatten = true });
        var page = new BrowserPage(tools, target, attached.GetProperty("sessionId").GetString()!);
        tools.Subscribe(page._session, page.OnEvent);
        foreach (string domain in new[] { "Page", "Runtime", "Log", "Network" })
        {
            await page.CallAsync($"{domain}.enable");
        }

        return page;
    }

    public async Task SetViewAsync(BrowserView view)
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new { width = view.Width, height = 800, deviceScaleFactor = 1, mobile = view.Width < 600 });
        await CallAsync("Emulation.setEmulatedMedia", new
        {
            media = view.Media,
            features = new[] { new { name = "prefers-color-scheme", value = view.IsDark ? "dark" : "light" } },
        });
    }

    /// <summary>The value of a JavaScript expression. The DevTools are above the page's content security policy.</summary>
    public async Task<T> EvaluateAsync<T>(string expression)
    {
        JsonElement answer = await CallAsync("Runtime.evaluate", new { expression, returnByValue = true, awaitPromise = true });
        Assert.False(answer.TryGetProperty("exceptionDetails", out JsonElement exception), exception.ToString());
        return answer.GetProperty("result").GetProperty("value").Deserialize<T>()!;
    }

    /// <summary>Waits until a JavaScript expression is true; looks whenever something on the page has changed.</summary>
    public async Task WaitForAsync(string expression)
    {
        try
        {
            await EvaluateAsync<bool>($$"""
                new Promise(resolve => {
                  const look = () => (({{expression}}) && (observer.disconnect(), resolve(true)));
                  const observer = new MutationObserver(look);
                  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
                  look();
                })
                """);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"It never came true that {expression}; the page says:\n{await EvaluateAsync<string>("document.body.innerText")}");
        }
    }

    /// <summary>Runs a script in the page, above its content security policy.</summary>
    public Task RunAsync(string script) => CallAsync("Runtime.evaluate", new { expression = script });

    /// <summary>Presses and releases a key: <c>Tab</c>, <c>Enter</c>, <c>Escape</c>, or a character.</summary>
    public async Task PressAsync(string key, bool withControl = false)
    {
        (int code, string? text) = key switch
        {
            "Tab" => (9, null),
            "Enter" => (13, "\r"),
            "Escape" => (27, null),
            _ => (char.ToUpperInvariant(key.Single()), withControl ? null : key),
        };
        int modifiers = withControl ? 2 : 0;
        string[] commands = withControl && key == "a" ? ["selectAll"] : [];
        await CallAsync("Input.dispatchKeyEvent", new { type = text is null ? "rawKeyDown" : "keyDown", key, text = text ?? "", windowsVirtualKeyCode = code, modifiers, commands });
        await CallAsync("Input.dispatchKeyEvent", new { type = "keyUp", key, windowsVirtualKeyCode = code, modifiers });
    }

    public async Task TypeAsync(string text)
    {
        foreach (char character in text)
        {
            await PressAsync(character.ToString());
        }
    }

    /// <summary>Tab by Tab to the element: what can't be reached by the keyboard is not found.</summary>
    public async Task TabToAsync(string selector)
    {
        for (int presses = 0; presses < 100; presses++)
        {
            await PressAsync("Tab");
            if (await EvaluateAsync<bool>($"document.activeElement === document.querySelector('{selector}')"))
            {
                return;
            }
        }

        Assert.Fail($"The Tab key does not lead to {selector}.");
    }

    /// <summary>Clicks into the middle of the element.</summary>
    public async Task ClickAsync(string selector)
    {
        double[] middle = await EvaluateAsync<double[]>($$"""
            (element => {
              element.scrollIntoView({ block: 'center' });
              const box = element.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            })(document.querySelector('{{selector}}'))
            """);
        foreach (string type in new[] { "mousePressed", "mouseReleased" })
        {
            await CallAsync("Input.dispatchMouseEvent", new { type, x = middle[0], y = middle[1], button = "left", clickCount = 1 });
        }
    }

    /// <summary>The whole page, not only what fits into the window, as PNG.</summary>
    public async Task<byte[]> TakeScreenshotAsync()
    {
        JsonElement size = (await CallAsync("Page.getLayoutMetrics")).GetProperty("cssContentSize");
        JsonElement answer = await CallAsync("Page.captureScreenshot", new
        {
            captureBeyondViewport = true,
            clip = new { x = 0, y = 0, width = size.GetProperty("width").GetDouble(), height = size.GetProperty("height").GetDouble(), scale = 1 },
        });
        return answer.GetProperty("data").GetBytesFromBase64();
    }

    public async ValueTask DisposeAsync() => await _tools.CallAsync("Target.closeTarget", new { targetId = _target });

    internal async Task NavigateAsync(Uri address)
    {
        JsonElement answer = await CallAsync("Page.navigate", new { url = address.AbsoluteUri });
        Assert.False(answer.TryGetProperty("errorText", out JsonElement error), error.ToString());
        await _loaded.Task.OrHang();
    }

    private Task<JsonElement> CallAsync(string method, object? parameters = null) => _tools.CallAsync(method, parameters, _session);

    private void OnEvent(string method, JsonElement parameters)
    {
        switch (method)
        {
            case "Page.loadEventFired":
                _loaded.TrySetResult();
                break;
            case "Network.requestWillBeSent":
                _requests.Enqueue(new Uri(parameters.GetProperty("request").GetProperty("url").GetString()!));
                break;
            case "Runtime.exceptionThrown":
                _complaints.Enqueue(parameters.GetProperty("exceptionDetails").ToString());
                break;
            case "Runtime.consoleAPICalled" when parameters.GetProperty("type").GetString() is "error" or "warning" or "assert":
                _complaints.Enqueue(parameters.GetProperty("args").ToString());
                break;
            case "Log.entryAdded" when parameters.GetProperty("entry").GetProperty("level").GetString() is "error" or "warning":
                _complaints.Enqueue(parameters.GetProperty("entry").GetProperty("text").ToString());
                break;
        }
    }
}
