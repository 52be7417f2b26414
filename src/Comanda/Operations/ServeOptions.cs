using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Comanda.Menu;
using Comanda.Notifications;
using Comanda.Payments;
using Comanda.Webhooks;

namespace Comanda.Operations;

/// <summary>How the server runs. Command line first, then COMANDA_… variables, then these defaults.</summary>
public sealed record ServeOptions
{
    public int Port { get; init; } = 8080;

    /// <summary>Which interface listens: localhost, or * for every one (tablets in the cafe's network).</summary>
    public string Listen { get; init; } = "localhost";

    /// <summary>Folder of the private database cluster and of uploads.</summary>
    public string DataFolder { get; init; } = "data";

    /// <summary>A PostgreSQL of yours (key=value or postgresql:// form); null runs a private one in <see cref="DataFolder"/>.</summary>
    public string? Database { get; init; }

    /// <summary>A database that follows the first, for reports of a period (COMANDA_DATABASE_REPLICA); null is the first itself.</summary>
    public string? Replica { get; init; }

    /// <summary>
    /// Where the database itself is, if <see cref="Database"/> is a pooler in transaction mode (COMANDA_DATABASE_DIRECT).
    /// </summary>
    public string? DirectDatabase { get; init; }

    /// <summary>A Redis beside the database (COMANDA_REDIS); null is none.</summary>
    public string? Redis { get; init; }

    /// <summary>A RabbitMQ that is told every event (COMANDA_AMQP); null is none.</summary>
    public AmqpOptions? Amqp { get; init; }

    /// <summary>Make the demo cafe where the database is empty.</summary>
    public bool Demo { get; init; } = true;

    /// <summary>
    /// Folder of uploaded pictures (COMANDA_UPLOADS); below <see cref="DataFolder"/> where it is not said. Several machines share one.
    /// </summary>
    public string? Uploads { get; init; }

    public string UploadFolder => Path.GetFullPath(Uploads ?? Path.Combine(DataFolder, "uploads"));

    /// <summary>Folder of the published screens (COMANDA_SCREENS); beside the program where it is not said.</summary>
    public string ScreensFolder { get; init; } = Path.Combine(AppContext.BaseDirectory, "screens");

    /// <summary>The bucket of uploaded pictures; null keeps them in <see cref="UploadFolder"/>.</summary>
    public ImageBucketOptions? ImageBucket { get; init; }

    /// <summary>COMANDA_ENVIRONMENT=production: refuses to start while anybody could come in by what everybody knows.</summary>
    public bool Production { get; init; }

    /// <summary>How many items of menus, and with them recipes and shops, are kept in memory at once.</summary>
    public RoomInMemory Room { get; init; } = RoomInMemory.OfThisMachine();

    /// <summary>Who may say, by X-Forwarded-For and X-Forwarded-Proto, where a request comes from: addresses and networks.</summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>Pages of other origins that may use the API from a browser.</summary>
    public CrossOrigins CrossOrigins { get; init; } = CrossOrigins.None;

    /// <summary>Networks of one's own that webhooks may lead into (COMANDA_WEBHOOK_NETWORKS).</summary>
    public IReadOnlyList<System.Net.IPNetwork> WebhookNetworks { get; init; } = [];

    /// <summary>Networks besides one's own where printers at TCP 9100 may be (COMANDA_PRINTER_NETWORKS).</summary>
    public IReadOnlyList<System.Net.IPNetwork> PrinterNetworks { get; init; } = [];

    /// <summary>How long a connection may wait for its reader to take what is sent before it is ended.</summary>
    public TimeSpan ReaderPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Long answers (over 128 kB) that strangers and guests are sent at once: at one address (COMANDA_LONG_ANSWERS_PER_ADDRESS), and
    /// in all.
    /// </summary>
    public LongAnswerLimits LongAnswers { get; init; } = new();

    public IdentityOptions Identity { get; init; } = new();

    /// <summary>HTTPS by Comanda itself; null leaves it to a proxy.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>
    /// Whoever comes without HTTPS is led there or refused: where Comanda has a certificate, or a proxy is said to do it
    /// (COMANDA_HTTPS_ONLY).
    /// </summary>
    public bool HttpsOnly { get; init; }

    /// <summary>Browsers are told to come by HTTPS only, for a year (COMANDA_HSTS).</summary>
    public bool Hsts { get; init; } = true;

    /// <summary>How many requests a minute are answered.</summary>
    public RequestLimitOptions RequestLimits { get; init; } = new();

    /// <summary>One line for each request in the log (COMANDA_ACCESS_LOG=on).</summary>
    public bool AccessLog { get; init; }

    /// <summary>Who may read /metrics: whoever sends this as a bearer token; null is everybody (COMANDA_METRICS_TOKEN).</summary>
    public string? MetricsToken { get; init; }

    /// <summary>Where traces go; null is nowhere.</summary>
    public TraceOptions? Traces { get; init; }

    /// <summary>Where bugs are sent (COMANDA_SENTRY_DSN); null is nowhere.</summary>
    public string? SentryDsn { get; init; }

    /// <summary>How many orders share a commit (COMANDA_ORDERS_TOGETHER).</summary>
    public Orders.OrderTrains.Limits OrderTrains { get; init; } = Orders.OrderTrains.Limits.Usual;

    /// <summary>How backups are kept, and when the server makes them.</summary>
    public BackupOptions Backup { get; init; } = new();

    /// <summary>Keys for what is sealed in the database (COMANDA_ENCRYPTION_KEY).</summary>
    public EncryptionKeys Encryption { get; init; } = EncryptionKeys.None;

    /// <summary>Where mail goes; null keeps it in the local outbox.</summary>
    public SmtpOptions? Smtp { get; init; }

    /// <summary>Where short messages go; null keeps them in the local outbox.</summary>
    public TwilioOptions? Twilio { get; init; }

    /// <summary>Who brings push messages to phones; null keeps them in the local outbox.</summary>
    public FcmOptions? Fcm { get; init; }

    /// <summary>By which keys browsers get push messages; null keeps them in the local outbox.</summary>
    public WebPushOptions? WebPush { get; init; }

    /// <summary>Who takes card payments that guests make themselves; without a key they are simulated, and in production refused.</summary>
    public StripeOptions Stripe { get; init; } = StripeOptions.FromEnvironment(_ => null);

    /// <summary>These options with what COMANDA_… variables say of the environment, the proxies, sign-in and messages.</summary>
    /// <exception cref="StartupException">A variable is not what it must be; the message names it and what it takes.</exception>
    public ServeOptions WithEnvironment(Func<string, string?> variable) => this with
    {
        Tls = TlsOptions.FromEnvironment(variable),
        HttpsOnly = OnOrOff(variable, "COMANDA_HTTPS_ONLY", variable("COMANDA_TLS_CERTIFICATE") is { Length: > 0 }),
        Hsts = OnOrOff(variable, "COMANDA_HSTS", true),
        RequestLimits = RequestLimitOptions.FromEnvironment(variable, variable("COMANDA_ENVIRONMENT") == "production"),
        Production = variable("COMANDA_ENVIRONMENT") switch
        {
            null or "" or "development" => false,
            "production" => true,
            _ => throw new StartupException("COMANDA_ENVIRONMENT must be production or development"),
        },
        Uploads = variable("COMANDA_UPLOADS") is { Length: > 0 } folder ? folder : null,
        ScreensFolder = variable("COMANDA_SCREENS") is { Length: > 0 } screens ? Path.GetFullPath(screens) : ScreensFolder,
        ImageBucket = ImageBucketOptions.FromEnvironment(variable),
        TrustedProxies = (variable("COMANDA_TRUSTED_PROXIES") ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries),
        CrossOrigins = CrossOrigins.FromEnvironment(variable),
        Replica = variable("COMANDA_DATABASE_REPLICA") is { Length: > 0 } replica ? replica : null,
        Redis = RedisLink.FromEnvironment(variable),
        Amqp = AmqpOptions.FromEnvironment(variable),
        WebhookNetworks = Comanda.Webhooks.WebhookNetworks.FromEnvironment(variable),
        PrinterNetworks = Comanda.Printing.PrinterNetworks.FromEnvironment(variable),
        LongAnswers = LongAnswers with
        {
            PerAddress = variable("COMANDA_LONG_ANSWERS_PER_ADDRESS") switch
            {
                null or "" => LongAnswers.PerAddress,
                var text when int.TryParse(text, out var number) && number is >= 1 and <= 10_000 => number,
                _ => throw new StartupException("COMANDA_LONG_ANSWERS_PER_ADDRESS must be a whole number from 1 to 10000"),
            },
        },
        Room = RoomInMemory.FromEnvironment(variable),
        Identity = IdentityOptions.FromEnvironment(variable, Port),
        AccessLog = OnOrOff(variable, "COMANDA_ACCESS_LOG", false),
        MetricsToken = variable("COMANDA_METRICS_TOKEN") is { Length: > 0 } token ? token : null,
        Traces = TraceOptions.FromEnvironment(variable),
        SentryDsn = variable("COMANDA_SENTRY_DSN") switch
        {
            null or "" => null,
            var dsn when Uri.TryCreate(dsn, UriKind.Absolute, out var url)
                && url.Scheme is "http" or "https"
                && url.UserInfo.Length > 0 => dsn,
            _ => throw new StartupException("COMANDA_SENTRY_DSN must be a DSN such as https://KEY@sentry.example.com/1"),
        },
        OrderTrains = Orders.OrderTrains.Limits.FromEnvironment(variable),
        Backup = BackupOptions.FromEnvironment(variable),
        Encryption = EncryptionKeys.FromEnvironment(variable),
        Smtp = SmtpOptions.FromEnvironment(variable),
        Twilio = TwilioOptions.FromEnvironment(variable),
        Fcm = FcmOptions.FromEnvironment(variable),
        WebPush = WebPushOptions.FromEnvironment(variable),
        Stripe = StripeOptions.FromEnvironment(variable),
    };

    private static bool OnOrOff(Func<string, string?> variable, string name, bool otherwise) => variable(name) switch
    {
        null or "" => otherwise,
        "on" => true,
        "off" => false,
        _ => throw new StartupException($"{name} must be on or off"),
    };
}
