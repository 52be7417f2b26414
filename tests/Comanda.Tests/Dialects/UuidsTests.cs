using Comanda.Data;
using Comanda.Dialects;
using Comanda.Identity;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Dialects;

/// <summary>Ids as UUIDs, and back.</summary>
public sealed class UuidsTests(CafeApp app)
{
    private static readonly IdKind[] Kinds = [.. Enum.GetValues<IdKind>().Where(k => k != IdKind.None)];

    private async Task<Uuids> Ours()
    {
        var uuids = app.FirstProcess.Services.GetRequiredService<Uuids>();
        await uuids.Ready(default);
        return uuids;
    }

    [Fact]
    public async Task Every_kind_goes_there_and_back()
    {
        var uuids = await Ours();
        Kinds.Length.ShouldBeGreaterThan(30);
        foreach (var kind in Kinds)
        {
            foreach (var id in new[] { 1, 2, 77, 149_589, int.MaxValue, (1L << 53) - 1 })
                uuids.Read(uuids.Of(kind, id)).ShouldBe((kind, id));
        }
    }

    [Fact]
    public async Task They_are_of_version_8_and_no_two_are_alike()
    {
        var uuids = await Ours();
        var made = Kinds.SelectMany(k => Enumerable.Range(1, 2000), (k, id) => uuids.Of(k, id)).ToList();
        made.Distinct().Count().ShouldBe(made.Count);
        foreach (var uuid in made)
            (uuid.Version, uuid.Variant is >= 8 and <= 11).ShouldBe((8, true));
    }

    /// <summary>Each bit of a UUID counts: of what differs in one, nothing is ours.</summary>
    [Fact]
    public async Task One_that_was_changed_anywhere_is_not_ours()
    {
        var uuids = await Ours();
        var bytes = uuids.Of(IdKind.Order, 4711).ToByteArray(bigEndian: true);
        for (var bit = 0; bit < 128; bit++)
        {
            var forged = (byte[])bytes.Clone();
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            uuids.Read(new Guid(forged, bigEndian: true)).ShouldBeNull($"bit {bit}");
        }

        for (var n = 0; n < 10_000; n++)
            uuids.Read(Guid.NewGuid()).ShouldBeNull();
    }

    [Fact]
    public async Task Another_process_makes_and_reads_the_same_also_after_a_new_signing_key()
    {
        var before = (await Ours()).Of(IdKind.Shop, 5);
        await app.Database.Scalar(
            "insert into signing_keys (kid, secret) values ($1, $2) returning kid",
            default,
            Guid.NewGuid().ToString("N")[..16],
            System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        var other = new Uuids(new LastingKeys(app.Database, new(EncryptionKeys.None), TimeProvider.System));
        (await other.Of(IdKind.Shop, 5, default)).ShouldBe(before);
    }

    [Fact]
    public async Task Many_at_once_do_not_mix_them_up()
    {
        var uuids = await Ours();
        Parallel.For(1, 20_000, id => uuids.Read(uuids.Of(IdKind.Payment, id)).ShouldBe((IdKind.Payment, id)));
    }

    /// <summary>Every id in every answer: its record or its name says of what it is, so that document 4 gets a UUID.</summary>
    [Fact]
    public void Of_every_id_that_the_API_answers_the_kind_is_known()
    {
        var (seen, unknown) = (new HashSet<Type>(), new SortedSet<string>());
        var ids = 0;
        foreach (var endpoint in app.FirstProcess.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints))
        {
            var types = endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Select(m => m.Type).OfType<Type>();
            foreach (var type in types.Where(t => t != typeof(void)))
                Walk(WireShape.OfType(type));
        }

        unknown.ShouldBeEmpty("say in Dialects/IdKinds.cs what these are ids of");
        seen.Count.ShouldBeGreaterThan(60);
        ids.ShouldBeGreaterThan(80);

        void Walk(WireShape? shape)
        {
            if (shape?.Of is not null)
                Walk(shape.Of);
            if (shape?.Record is not { } record || !seen.Add(record.Type))
                return;
            foreach (var member in record.Members)
            {
                if (member.Shape.Kind == WireKind.Id)
                    ids++;
                // What a notification is about may be an order or something else.
                if (member.Shape is { Kind: WireKind.Id, Id: IdKind.None } && member.Name != "reference_id")
                    unknown.Add($"{record.Type.Name}.{member.Name}");
                Walk(member.Shape);
            }
        }
    }
}
