using System.Diagnostics.Metrics;
using Comanda.Events;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Comanda.Operations;

/// <summary>
/// GET /metrics, as Prometheus reads it. What writes it (OpenTelemetry and its exporter) is loaded when it is asked for the first time.
/// </summary>
public sealed class MetricsPage : IDisposable
{
    public const string Path = "/metrics";

    /// <summary>Series of one figure: each operation with each of its answers.</summary>
    private const int MostSeries = 6_000;

    private readonly Figures figures;
    private readonly RequestTally requests;
    private readonly HeardTally heard;
    private readonly IServiceProvider services;
    private readonly Lazy<RequestDelegate> page;
    private Histogram<double>? durations;
    private Meter? meter;
    private MeterProvider? provider;

    public MetricsPage(IServiceProvider services, NpgsqlDataSource database, EventFeed feed, RequestTally requests, HeardTally heard)
    {
        (this.services, this.requests, this.heard) = (services, requests, heard);
        figures = new(database, feed);
        page = new(Open);
    }

    public async Task Write(HttpContext http)
    {
        await figures.Refresh(http.RequestAborted);
        var write = page.Value;
        requests.ContinueIn(durations!);
        await write(http);
    }

    public void Dispose()
    {
        provider?.Dispose();
        meter?.Dispose();
    }

    private RequestDelegate Open()
    {
        meter = new Meter("Comanda", FrontPage.Version);
        provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(meter.Name, "System.Runtime", "Npgsql", "Microsoft.AspNetCore.Server.Kestrel")
            .AddView(
                "http.server.request.duration",
                new ExplicitBucketHistogramConfiguration { Boundaries = RequestTally.Bounds, CardinalityLimit = MostSeries })
            .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0)
            .Build();
        AddInstruments(meter);
        durations = meter.CreateHistogram<double>(
            "http.server.request.duration",
            "s",
            "How long requests took, by route and answer; 499 is a caller who had gone.");
        var branch = new ApplicationBuilder(services);
        branch.UseOpenTelemetryPrometheusScrapingEndpoint(
            provider,
            predicate: null,
            path: Path,
            configureBranchedPipeline: null,
            optionsName: null);
        return branch.Build();
    }

    private void AddInstruments(Meter at)
    {
        at.CreateObservableGauge(
            "comanda.build.info",
            () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", FrontPage.Version)),
            description: "Always 1; its label says which version runs.");
        at.CreateObservableGauge("comanda.database.up", () => figures.Reachable ? 1 : 0, description: "Whether the database answers.");
        at.CreateObservableCounter(
            "comanda.orders.placed",
            () => heard.Of(EventNames.OrderCreated),
            "{order}",
            "Orders of all shops that this process has heard of since it started; of several processes read one.");
        at.CreateObservableCounter(
            "comanda.payments.recorded",
            () => heard.Of(EventNames.PaymentRecorded),
            "{payment}",
            "Payments and refunds that this process has heard of since it started; of several processes read one.");
        at.CreateObservableCounter(
            "comanda.events.heard",
            () => heard.All.Select(e => new Measurement<long>(e.Value, new KeyValuePair<string, object?>("event", e.Key))),
            "{event}",
            "Events of all shops that this process has heard of since it started, by name.");
        at.CreateObservableGauge(
            "comanda.events.lag",
            () => figures.EventLag,
            "{event}",
            "Events in the log that this process has not passed on to devices yet.");
        at.CreateObservableGauge(
            "comanda.messages.waiting",
            () => figures.MessagesWaiting,
            "{message}",
            "Mails, short messages and pushes that are to be sent, or tried again.");
        AddConsumers(at);
    }

    private void AddConsumers(Meter at)
    {
        IEnumerable<Measurement<long>> Each(Func<ConsumerState, long> figure) => figures.Consumers.Select(
            c => new Measurement<long>(figure(c), new KeyValuePair<string, object?>("consumer", c.Name)));
        at.CreateObservableGauge(
            "comanda.consumer.lag",
            () => Each(c => c.Behind),
            "{event}",
            "Events in the log that a consumer (notifications, webhooks, roll-ups) has not come to yet.");
        at.CreateObservableGauge(
            "comanda.consumer.retries",
            () => Each(c => c.Waiting),
            "{event}",
            "Events that a consumer failed on and tries again.");
        at.CreateObservableGauge(
            "comanda.consumer.given_up",
            () => Each(c => c.GaveUp),
            "{event}",
            "Events that a consumer has given up; they want a person.");
    }
}
