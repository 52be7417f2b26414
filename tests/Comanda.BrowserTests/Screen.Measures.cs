using System.Diagnostics;
using PuppeteerSharp;

namespace Comanda.BrowserTests;

/// <summary>What is measured at it.</summary>
public sealed partial class Screen
{
    /// <summary>
    /// How long it takes from going there until it shows something, in milliseconds, and the bytes that came over the line.
    /// </summary>
    /// <param name="shown">What it shows then.</param>
    /// <param name="slowed">How many times slower the processor is made.</param>
    /// <param name="line">The network, where it is no loopback.</param>
    public async Task<(double Milliseconds, double Bytes)> Load(string shown, decimal slowed = 1, NetworkConditions? line = null)
    {
        var session = await Page.CreateCDPSessionAsync();
        await session.SendAsync("Network.enable");
        var bytes = 0.0;
        session.MessageReceived += (_, message) =>
        {
            if (message.MessageID == "Network.loadingFinished")
                bytes += message.MessageData.GetProperty("encodedDataLength").GetDouble();
        };
        await Page.EmulateNetworkConditionsAsync(line);
        await Page.EmulateCPUThrottlingAsync(slowed);
        var watch = Stopwatch.StartNew();
        await Page.GoToAsync(address.ToString(), new NavigationOptions { WaitUntil = [], Timeout = 90_000 });
        await Page.WaitForFunctionAsync(
            "t => document.body && document.body.innerText.includes(t)",
            new WaitForFunctionOptions { Polling = WaitForFunctionPollingOption.Raf, Timeout = 90_000 },
            shown);
        var took = watch.Elapsed.TotalMilliseconds;
        await Page.EmulateNetworkConditionsAsync(null);
        await session.DetachAsync();
        return (took, bytes);
    }

    /// <summary>The browser is closed, and opened again with what lies on its disk; nothing is loaded yet.</summary>
    public async Task Reopen()
    {
        await browser.CloseAsync();
        browser = await Launch(folder, look);
        Page = (await browser.PagesAsync())[0];
        await Prepare(Page);
    }

    /// <summary>
    /// From a finger's touch until what it changed was painted, in milliseconds: of each tap since <see cref="WatchTaps"/>.
    /// </summary>
    public Task<double[]> Taps() => Page.EvaluateExpressionAsync<double[]>("window.comandaTaps");

    /// <summary>Begins to measure taps by what changes in an element.</summary>
    public Task WatchTaps(string selector) => Page.EvaluateFunctionAsync(
        """
        (selector) => {
          window.comandaTaps = [];
          let since = null;
          addEventListener('pointerdown', (e) => { since = e.timeStamp; }, { capture: true });
          new MutationObserver(() => {
            if (since === null) return;
            const from = since;
            since = null;
            // A message that is posted from a frame's callback comes after that frame was painted.
            requestAnimationFrame(() => {
              const painted = new MessageChannel();
              painted.port1.onmessage = () => window.comandaTaps.push(performance.now() - from);
              painted.port2.postMessage(0);
            });
          }).observe(document.querySelector(selector), { subtree: true, childList: true, characterData: true, attributes: true });
        }
        """,
        selector);

    /// <summary>What JavaScript and the program hold after a collection, in bytes: its objects, and the memory that .NET runs in.</summary>
    public async Task<double> Memory()
    {
        var session = await Page.CreateCDPSessionAsync();
        await session.SendAsync("HeapProfiler.collectGarbage");
        await session.SendAsync("Performance.enable");
        var heap = (await Page.MetricsAsync())["JSHeapUsedSize"];
        var program = await Page.EvaluateExpressionAsync<double>("globalThis.getDotnetRuntime(0).Module.HEAPU8.byteLength");
        await session.DetachAsync();
        return (double)heap + program;
    }
}
