using Comanda.Audit;
using Comanda.Baking;
using Comanda.Data;
using Comanda.Demo;
using Comanda.Dialects;
using Comanda.Events;
using Comanda.GiftCards;
using Comanda.Guests;
using Comanda.Identity;
using Comanda.Imports;
using Comanda.Inbox;
using Comanda.Menu;
using Comanda.Notifications;
using Comanda.Operations;
using Comanda.Orders;
using Comanda.Payments;
using Comanda.Printing;
using Comanda.Promotions;
using Comanda.Registers;
using Comanda.Reports;
using Comanda.Shops;
using Comanda.Stock;
using Comanda.Storefront;
using Comanda.Webhooks;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda;

/// <summary>The floor plan in code: what the server is made of, in the order in which a request meets it.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.Run(args);

    /// <summary>The server on an open and migrated database, ready to start.</summary>
    /// <param name="database">Open, and migrated.</param>
    /// <param name="options">Where and how to listen.</param>
    /// <param name="replace">What a test puts in the place of a service: the clock, a consumer.</param>
    public static WebApplication Build(NpgsqlDataSource database, ServeOptions options, Action<IServiceCollection>? replace = null)
    {
        var app = PutTogether(
            options,
            services =>
            {
                services.AddSingleton(database).AddKeyedSingleton(Replica.Key, database);
                replace?.Invoke(services);
            }
        );
        KeepSnapshots(app);
        return app;
    }

    /// <summary>
    /// The server without its database, which is asked for when the first of its services is: so that it can be put together while
    /// PostgreSQL starts.
    /// </summary>
    public static WebApplication PutTogether(ServeOptions options, Action<IServiceCollection> complete)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        // Twice the usual: the menu of a cafe goes out in one write, which nobody waits for.
        builder.WebHost.UseSockets(sockets => sockets.MaxWriteBufferSize = LongAnswers.Least);
        if (options.Tls is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024; // JSON; uploads say their own
            kestrel.EndStalledReaders(options.ReaderPatience);
            Doors.Open(kestrel, options);
        });
        builder.AddStructuredLogs(options.AccessLog);
        if (options.SentryDsn is { } dsn)
            SendErrors.To(dsn, builder, options.Production);

        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(8));
        services.ConfigureHttpJsonOptions(json => Json.ConfigureDoor(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddSpellings();
        services.AddValidation(WireRules.Apply).AddProblemDetails(Failures.Shape).AddExceptionHandler<Failures>();
        services.AddCors();
        services.AddOpenApi("v1", ApiReference.Describe);
        services.AddSingleton(options).AddSingleton(TimeProvider.System).AddSingleton(new Sealing(options.Encryption));
        services.AddSingleton<IDialects, SpeakDialects>();
        services.AddSingleton(s => RedisLink.Open(
            options.Redis,
            s.GetRequiredService<NpgsqlDataSource>(),
            s.GetRequiredService<ILogger<RedisLink>>()));
        services.AddSingleton(options.LongAnswers).AddSingleton<LongAnswers>();
        services.AddSingleton<IEnrolledDevices>(s => s.GetRequiredService<FindDevice>());

        services.AddDbContext<ComandaDb>((s, db) =>
            db.UseNpgsql(s.GetRequiredService<NpgsqlDataSource>()).AddInterceptors(PrepareStatements.Here)
        );
        services.AddScoped<Here>().AddScoped<RequestHead>().AddScoped<Moment>().AddScoped<IdempotentWrite>().AddSingleton<Ids>();
        services.AddSingleton(options.Room);
        services.AddRunning<EventBell>().AddRunning<EventFeed>().AddRunning<Consumers>().AddScoped<Sse>();
        if (options.Amqp is { } broker)
            services.AddSingleton<IEventMirror>(new PublishEvents(broker)).AddRunning<MirrorEvents>();
        services.AddSingleton<ShopDirectory>()
            .AddSingleton<IBusinessDays>(s => s.GetRequiredService<ShopDirectory>())
            .AddSingleton<FindDevice>()
            .AddScoped<ChangeSettings>()
            .AddScoped<ChangeTaxes>()
            .AddScoped<ShopEndpoints>();
        services.AddMessages(new(options.Smtp, options.Twilio, options.Fcm, options.WebPush));
        services.AddSingleton(new AllowedOrigins(options.CrossOrigins.Origins))
            .AddSingleton<LiveDoors>()
            .AddRunning<LiveRounds>()
            .AddRunning<LiveDevices>()
            .AddSingleton<EventDialects>()
            .AddSingleton(new SocketIoOptions())
            .AddRunning<SocketIoServer>();
        services.AddRunning<SessionGate>()
            .AddSingleton<RecogniseToken>()
            .AddSingleton<IEventVisitors>(s => s.GetRequiredService<RecogniseToken>())
            .AddIdentity(options.Identity);
        services.AddSingleton<MenuBoard>()
            .AddScoped<MenuChange>()
            .AddScoped<ReadMenu>()
            .AddSingleton<ShowItems>()
            .AddScoped<EditMenu>()
            .AddScoped<EditCategories>()
            .AddScoped<FillMenuItem>()
            .AddScoped<ImportMenu>()
            .AddSingleton<PopularItems>()
            .AddSingleton<IImageStore>(_ => options.ImageBucket is { } bucket
                ? new ImageBucket(bucket)
                : new ImageFolder(options.UploadFolder));
        services.AddGuests();
        services.AddInbox();
        services.AddStock();
        services.AddPromotions();
        services.AddRegisters().AddGiftCards();
        services.AddOrders(options.OrderTrains).AddDeliveryPartners(options.Production).AddPayments(options.Stripe, options.Production);
        services.AddReports();
        services.AddBaking();
        services.AddImports();
        services.AddWebhooks(new(options.WebhookNetworks, options.Production));
        services.AddPrinting(new(options.PrinterNetworks));
        services.AddStorefront();
        services.AddSingleton<ScreenFiles>();
        services.AddSetup();
        services.AddSight();
        if (options.Backup.To is not null)
            services.AddSingleton(options.Backup).AddHostedService<BackUpInTime>();
        services.AddSingleton(options.RequestLimits);
        if (options.RequestLimits.Any)
            services.AddRunning<RequestLimits>();
        if (options.Traces is { } traces)
            services.AddHostedService(_ => new SendTraces(traces));
        services.AddRunning<Housekeeping>().AddRunning<WatchStock>().AddRunning<FollowLots>();
        services.AddSingleton(s => new DirectDatabase(s.GetRequiredService<NpgsqlDataSource>())).AddHostedService<FollowPrimary>();
        complete(services);

        var app = builder.Build();
        app.UseLongStay();
        app.UseTrustedProxies(options.TrustedProxies);
        app.UseMiddleware<WatchRequests>();
        app.UsePrinterDoors();
        if (options.HttpsOnly)
            app.UseHttpsOnly(options.Tls?.Port, options.Identity.HasPublicUrl ? options.Identity.PublicUrl : null, options.Hsts);
        options.CrossOrigins.Use(app);
        app.UseFrontDoor();
        app.UseMiddleware<DialectDoor>();
        app.UseExceptionHandler();
        app.UseStatusCodePages(status => Failures.WriteStatus(status.HttpContext));
        app.UseSecurityHeaders();
        app.UsePlainAddresses();
        app.UseSetup();
        app.UseAliases();
        app.UseFrontPage();
        app.UseStorefronts();
        app.UseWebSockets(new WebSocketOptions
        {
            KeepAliveInterval = TimeSpan.FromSeconds(15),
            KeepAliveTimeout = TimeSpan.FromSeconds(20)
        });
        app.UseApiReference();
        app.UseRouting();
        if (options.RequestLimits.Any)
            app.UseMiddleware<LimitRequests>();
        app.UseMiddleware<Gate>();
        if (options.RequestLimits.Any)
            app.Use(LimitRequests.ByPerson);
        app.UseSpellings();

        app.MapFrontPage();
        app.MapStorefront();
        app.MapScreens();
        app.MapSetup();
        app.MapHealth();
        app.MapMetrics();
        app.MapIdentity();
        app.MapAudit();
        app.MapConfig();
        app.MapMenu();
        app.MapImages();
        app.MapDrawnPictures();
        app.MapGuests();
        app.MapInbox();
        app.MapStock();
        app.MapPromotions();
        app.MapOrders();
        app.MapGiftCards();
        app.MapPayments();
        app.MapRegisters();
        app.MapReports();
        app.MapBaking();
        app.MapImports();
        app.MapEvents();
        app.MapWebhooks();
        app.MapPrinting();
        app.MapApiReference();
        return app;
    }

    /// <summary>Those that keep snapshots listen from the start.</summary>
    public static void KeepSnapshots(WebApplication app)
    {
        app.Services.GetRequiredService<ShopDirectory>();
        app.Services.GetRequiredService<SessionGate>();
        app.Services.GetRequiredService<MenuBoard>();
        app.Services.GetRequiredService<RecipeBooks>();
        app.Services.GetRequiredService<PromotionBoard>();
        app.Services.GetRequiredService<DeliverWebhooks>();
        app.Services.GetRequiredService<HeardTally>();
    }

    /// <summary>A background service that others may ask for.</summary>
    private static IServiceCollection AddRunning<T>(this IServiceCollection services)
        where T : class, IHostedService => services.AddSingleton<T>().AddHostedService(s => s.GetRequiredService<T>());
}
