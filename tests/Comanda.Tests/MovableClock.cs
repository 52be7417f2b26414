using Comanda.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Comanda.Tests;

/// <summary>The real clock, set forward by as much as a test says; timers run as ever.</summary>
public sealed class MovableClock : TimeProvider
{
    private TimeSpan ahead;

    public void Move(TimeSpan by) => ahead += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}

public static class Replacements
{
    /// <summary>
    /// All processes deliver all tests' webhooks. One for which it is another time would sign them for that time, and take the leases of
    /// others for over: it delivers none.
    /// </summary>
    public static void Replace(this IServiceCollection services, TimeProvider clock)
    {
        services.Replace(ServiceDescriptor.Singleton(clock));
        services.Remove(services.Single(s => s.ImplementationFactory is Func<IServiceProvider, DeliverWebhooks>
            && s.ServiceType == typeof(IHostedService)));
    }

    /// <summary>Hands over a singleton of the process when it is made.</summary>
    public static void Capture<T>(this IServiceCollection services, Action<T> made)
        where T : class =>
        services.Replace(ServiceDescriptor.Singleton(s =>
        {
            var it = ActivatorUtilities.CreateInstance<T>(s);
            made(it);
            return it;
        }));
}
