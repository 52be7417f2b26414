using Comanda.Screens;
using Comanda.Screens.Front;
using Comanda.Screens.Live;
using Comanda.Screens.Office.Books;
using Comanda.Screens.Parts;
using Comanda.Screens.Till;
using Comanda.Screens.Words;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#screen");
builder.Services.AddSingleton(TimeProvider.System)
    .AddSingleton<Browser>()
    .AddSingleton<TillStore>()
    .AddSingleton<KnownPeople>()
    .AddSingleton<Speech>()
    .AddSingleton<Toasts>()
    .AddSingleton(s => new ServerHandler(s.GetRequiredService<TimeProvider>()))
    .AddSingleton(s => new DeviceSession(
        new(new HttpClient(s.GetRequiredService<ServerHandler>()) { BaseAddress = new(builder.HostEnvironment.BaseAddress) }),
        s.GetRequiredService<Browser>(),
        s.GetRequiredService<TillStore>(),
        s.GetRequiredService<KnownPeople>(),
        s.GetRequiredService<TimeProvider>()))
    .AddSingleton<FollowEvents>()
    .AddSingleton<LongWork>()
    .AddSingleton<ShopClock>()
    .AddSingleton<AppUpdate>()
    .AddSingleton<SendSales>()
    .AddSingleton<ISales, SellAnywhere>();
var host = builder.Build();
var (speech, server) = (host.Services.GetRequiredService<Speech>(), host.Services.GetRequiredService<ServerHandler>());
speech.Changed += () => server.Language = speech.Language;
await speech.Begin();
_ = host.Services.GetRequiredService<AppUpdate>().Begin();
await host.RunAsync();
