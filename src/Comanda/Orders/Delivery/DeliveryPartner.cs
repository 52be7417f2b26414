using System.Globalization;

namespace Comanda.Orders;

/// <summary>What a partner is asked to bring: from the shop to an address, which may not say where on a map it is.</summary>
public sealed record Errand(long OrderId, string OrderNumber, string ShopAddress, DeliveryAddress? To, int Minutes);

/// <summary>How far a partner is with an errand. <see cref="Location"/> is [longitude, latitude], where they tell it.</summary>
public sealed record ErrandState(string Reference, DeliveryPerson Courier, double[]? Location, DateTimeOffset? Arrives);

/// <summary>A partner does not answer, or does not take the errand.</summary>
public sealed class DeliveryPartnerException(string message) : Exception(message);

/// <summary>Somebody who brings deliveries for the shop.</summary>
public interface IDeliveryPartner
{
    /// <summary>By which a request names them; stands in every answer.</summary>
    string Name { get; }

    /// <summary>Asks them to bring it; asked again, it is the same errand.</summary>
    Task<ErrandState> Send(Errand errand, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Where they are with it.</summary>
    Task<ErrandState> Look(string reference, Errand errand, DateTimeOffset now, CancellationToken cancel);
}

/// <summary>Brings nothing: a courier on paper goes straight to the address. For trying out; its name says so.</summary>
public sealed class SimulatedPartner : IDeliveryPartner
{
    /// <summary>How far off the courier begins, in degrees.</summary>
    private const double Away = 0.02;

    private const string Prefix = "sim-";

    public string Name => "simulated";

    public Task<ErrandState> Send(Errand errand, DateTimeOffset now, CancellationToken cancel) =>
        Look(Prefix + now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), errand, now, cancel);

    public Task<ErrandState> Look(string reference, Errand errand, DateTimeOffset now, CancellationToken cancel)
    {
        var sent = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(reference.AsSpan(Prefix.Length), CultureInfo.InvariantCulture));
        var takes = TimeSpan.FromMinutes(Math.Max(1, errand.Minutes));
        var left = 1 - Math.Clamp((now - sent) / takes, 0, 1);
        double[]? at = DeliveryArea.Location(errand.To) is [var longitude, var latitude]
            ? [Math.Clamp(longitude - (Away * left), -180, 180), Math.Clamp(latitude - (Away * left), -90, 90)]
            : null;
        return Task.FromResult(new ErrandState(reference, new("Simulated courier", null), at, Clock.Cut(sent + takes)));
    }
}
