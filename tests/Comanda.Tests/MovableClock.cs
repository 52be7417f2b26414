using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

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
    public static void Replace(this IServiceCollection services, TimeProvider clock) =>
        services.Replace(ServiceDescriptor.Singleton(clock));

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
