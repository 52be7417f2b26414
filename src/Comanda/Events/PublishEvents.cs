using System.Globalization;
using System.Net.Security;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Comanda.Events;

/// <summary>
/// Publishes events to RabbitMQ: to a durable topic exchange, under <c>shop.ID.EVENT</c>, as messages that survive a restart of the broker
/// and have the event's seq as their id. The broker confirms each; where no queue wants it, that too is confirmed.
/// </summary>
public sealed class PublishEvents(AmqpOptions options) : IEventMirror, IAsyncDisposable
{
    /// <summary>The form of what is published: another number where a reader would have to change.</summary>
    private const int Schema = 1;

    private IConnection? connection;
    private IChannel? channel;

    public string Name => "rabbitmq";

    public async Task Reach(CancellationToken cancel)
    {
        if (channel is { IsOpen: true })
            return;
        await HangUp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(options.Patience);
        try
        {
            connection = await Factory().CreateConnectionAsync(patience.Token);
            channel = await connection.CreateChannelAsync(
                new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), patience.Token);
            await channel.ExchangeDeclareAsync(options.Exchange, ExchangeType.Topic, durable: true, cancellationToken: patience.Token);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            await HangUp();
            throw new IOException($"{options}: {Why(failure)}", failure);
        }
    }

    public async Task Tell(HeardEvent happened, CancellationToken cancel)
    {
        if (channel is not { } open)
            throw new IOException($"{options}: not connected");
        var properties = new BasicProperties
        {
            Persistent = true,
            MessageId = happened.Seq.ToString(CultureInfo.InvariantCulture),
            Type = happened.Name,
            ContentType = "application/json",
            AppId = "comanda",
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["shop_id"] = happened.ShopId,
                ["schema"] = Schema,
            },
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(options.Patience);
        try
        {
            await open.BasicPublishAsync(
                options.Exchange,
                $"shop.{happened.ShopId.ToString(CultureInfo.InvariantCulture)}.{happened.Name}",
                mandatory: false,
                properties,
                happened.Envelope,
                patience.Token);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            // Whether it is there, nobody knows; it is told again over another connection.
            await HangUp();
            throw new IOException($"{options}: event {happened.Seq}: {Why(failure)}", failure);
        }
    }

    public async ValueTask DisposeAsync() => await HangUp();

    private ConnectionFactory Factory() => new()
    {
        HostName = options.Host,
        Port = options.Port,
        VirtualHost = options.VirtualHost,
        UserName = options.User,
        Password = options.Password,
        Ssl = new(options.Host, enabled: options.Encrypted) { AcceptablePolicyErrors = SslPolicyErrors.None },
        ClientProvidedName = "comanda",
        // We come back ourselves: from the position in the log, not from what a connection remembers.
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        RequestedHeartbeat = TimeSpan.FromSeconds(10),
        RequestedConnectionTimeout = options.Patience,
        HandshakeContinuationTimeout = options.Patience,
        ContinuationTimeout = options.Patience,
    };

    /// <summary>The innermost says it: the outer ones only that nobody could be reached.</summary>
    private string Why(Exception failure)
    {
        if (failure is OperationCanceledException)
            return $"no answer within {options.Patience.TotalSeconds:F0} s";
        if (failure is PublishException)
            return "the broker does not take it";
        while (failure.InnerException is { } inner)
            failure = inner;
        return failure.Message;
    }

    /// <summary>Without a goodbye that would be waited for.</summary>
    private async Task HangUp()
    {
        var open = connection;
        (connection, channel) = (null, null);
        if (open is null)
            return;
        try
        {
            await open.AbortAsync(TimeSpan.FromSeconds(1));
            await open.DisposeAsync();
        }
        catch (Exception gone) when (gone is RabbitMQClientException or IOException or ObjectDisposedException
            or OperationCanceledException)
        {
            // it had gone already
        }
    }
}
