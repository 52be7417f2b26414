using System.Linq.Expressions;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Comanda.Data;

/// <summary>A row that belongs to one shop. The shop filter applies to it by default.</summary>
public interface IShopOwned
{
    long ShopId { get; }
}

/// <summary>
/// The tables as objects. Rooms map their own entities (<c>IEntityTypeConfiguration</c>); names are snake_case, money and
/// tax rates are bigint, enums are their wire names. The schema itself is plain SQL in Data/Migrations.
/// </summary>
public sealed class ComandaDb : DbContext
{
    private readonly Here here;

    public ComandaDb(DbContextOptions<ComandaDb> options, Here here)
        : base(options)
    {
        this.here = here;
        // A save that fails ends its whole transaction here; savepoints for each would be round trips for nothing.
        Database.AutoSavepointsEnabled = false;
    }

    /// <summary>The name of the filter that keeps one shop's rows from another's; ignored only by name, with a reason.</summary>
    public const string ShopFilter = "shop";

    private long ShopId => here.ShopId;

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        configuration.Properties<Money>().HaveConversion<MoneyConverter>();
        configuration.Properties<TaxRate>().HaveConversion<TaxRateConverter>();
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        foreach (var owned in typeof(ComandaDb).Assembly
            .GetTypes()
            .Where(t => t is { IsClass: true } && typeof(IShopOwned).IsAssignableFrom(t)))
            model.Entity(owned);
        model.ApplyConfigurationsFromAssembly(typeof(ComandaDb).Assembly);
        foreach (var entity in model.Model.GetEntityTypes())
        {
            entity.SetTableName(entity.GetTableName() is { } table && table != entity.ClrType.Name
                ? table
                : Snake(entity.ClrType.Name) + "s");
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(property.GetColumnName() is var named && named != property.Name ? named : Snake(property.Name));
                var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
                if (type.IsEnum)
                    property.SetValueConverter(
                        (ValueConverter)Activator.CreateInstance(typeof(WireNameConverter<>).MakeGenericType(type))!);
                if (property.Name == "Version")
                    property.IsConcurrencyToken = true;
            }

            if (typeof(IShopOwned).IsAssignableFrom(entity.ClrType))
                entity.SetQueryFilter(ShopFilter, OwnedByThisShop(entity.ClrType));
        }
    }

    /// <summary><c>row => row.ShopId == this.ShopId</c>; EF reads this.ShopId anew for each query.</summary>
    private LambdaExpression OwnedByThisShop(Type entity)
    {
        var row = Expression.Parameter(entity, "row");
        var mine = Expression.Property(Expression.Constant(this), nameof(ShopId));
        return Expression.Lambda(Expression.Equal(Expression.Property(row, nameof(IShopOwned.ShopId)), mine), row);
    }

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private sealed class MoneyConverter() : ValueConverter<Money, long>(m => m.Minor, v => new Money(v));

    private sealed class TaxRateConverter() : ValueConverter<TaxRate, long>(r => r.TenThousandths, v => TaxRate.FromTenThousandths(v));

    private sealed class WireNameConverter<T>() : ValueConverter<T, string>(m => WireName<T>.Of(m), v => WireName<T>.Parse(v))
        where T : struct, Enum;
}
