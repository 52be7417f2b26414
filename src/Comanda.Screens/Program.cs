using Comanda.Screens;
using Comanda.Screens.Front;
using Comanda.Screens.Live;
using Comanda.Screens.Parts;
using Comanda.Screens.Till;
using Comanda.Screens.Words;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#screen");
builder.Services.AddSingleton(TimeProvider.System)
    .AddSingleton<Browser>()
    .AddSingleton<Speech>()
    .AddSingleton<Toasts>()
    .AddSingleton(s => new ServerHandler(s.GetRequiredService<TimeProvider>()))
    .AddSingleton(s => new DeviceSession(
        new(new HttpClient(s.GetRequiredService<ServerHandler>()) { BaseAddress = new(builder.HostEnvironment.BaseAddress) }),
        s.GetRequiredService<Browser>(),
        s.GetRequiredService<TimeProvider>()))
    .AddSingleton<FollowEvents>()
    .AddSingleton<ISales, SellOnline>();
var host = builder.Build();
await host.Services.GetRequiredService<Speech>().Begin();
await host.RunAsync();
