using Comanda.Data;
using Npgsql;

namespace Comanda.Shops;

/// <summary>A device that is enrolled now, and its shop.</summary>
public sealed record EnrolledDevice(long Id, long ShopId, string Name, DeviceType Type);

/// <summary>Finds the device that a request comes from, by its header <c>X-Device-Token</c>.</summary>
public sealed class FindDevice(NpgsqlDataSource database) : IEnrolledDevices
{
    public const string Header = RequestHead.DeviceHeader;

    /// <summary>
    /// The device, of whichever shop, by its token; null where there is none, or it is one that is not enrolled or was revoked. Asked
    /// of the database each time: a stolen tablet signs nobody in from the moment it is revoked.
    /// </summary>
    public async Task<EnrolledDevice?> Of(string token, CancellationToken cancel)
    {
        if (token.Length is 0 or > 200)
            return null;
        await using var command = database.Command(
            "select id, shop_id, name, type from devices where token_hash = $1 and revoked_at is null",
            Convert.FromHexString(Shop.HashOf(token)));
        return (await command.List(
            r => new EnrolledDevice(r.GetInt64(0), r.GetInt64(1), r.GetString(2), WireName<DeviceType>.Parse(r.GetString(3))),
            cancel)).FirstOrDefault();
    }

    public async Task<bool> SentThis(HttpContext http, CancellationToken cancel) =>
        await Of(http.Request.Headers[Header].ToString(), cancel) is not null;
}
