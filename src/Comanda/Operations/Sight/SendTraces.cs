using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Comanda.Operations;

/// <summary>
/// Sends the trace of each request and of the statements in it to a collector. Made only where one is configured, so that nobody else
/// loads what it takes.
/// </summary>
internal sealed class SendTraces(TraceOptions options) : IHostedService, IDisposable
{
    private TracerProvider? provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("comanda", serviceVersion: FrontPage.Version))
            .AddSource("Microsoft.AspNetCore", "Npgsql")
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Share)))
            .AddOtlpExporter(otlp =>
            {
                otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
                otlp.Endpoint = new Uri(options.Endpoint.AbsoluteUri.TrimEnd('/') + "/v1/traces");
                otlp.Headers = options.Headers;
            })
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        provider?.ForceFlush(2_000);
        return Task.CompletedTask;
    }

    public void Dispose() => provider?.Dispose();
}
