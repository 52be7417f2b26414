using System.Text;
using Comanda.Imports;

namespace Comanda.Tests.Imports;

/// <summary>Files as they come: whose they are, how they are written, and what is asked rather than guessed.</summary>
public sealed class ReadTablesTests
{
    private const string Loyverse =
        "Date,Receipt number,Receipt type,Category,SKU,Item,Variant,Modifiers applied,Quantity,Gross sales,Discounts,Net sales,Cost "
            + "of goods,"
        + "Gross profit,Taxes,POS,Store,Cashier name,Customer name,Customer contacts,Comment,Status\n";

    private static string Receipt(string date, string net = "4.00", string number = "1-1001", string status = "Closed") =>
        $"{date},{number},Sale,Coffee,10001,Latte,,,1.000,{net},0.00,{net},0.60,3.40,0.00,POS 1,Main,Owner,,,,{status}\n";

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("iso-8859-1", false)]
    public void An_encoding_is_told_from_the_bytes(string name, bool mark)
    {
        var encoding = Encoding.GetEncoding(name);
        var text = Loyverse + Receipt("2026-10-17 09:00").Replace("Latte", "Café crème");
        byte[] content = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)];
        var read = BroughtFiles.Read("EUR", null, ("receipts.csv", content));
        read.Refused.ShouldBeEmpty();
        read.Sales.ShouldHaveSingleItem().Lines.ShouldHaveSingleItem().Name.ShouldBe("Café crème");
    }

    [Theory]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public void A_separator_is_told_from_the_file(char separator)
    {
        var read = BroughtFiles.Read("EUR", ("x.txt", (Loyverse + Receipt("2026-10-17 09:00")).Replace(',', separator)));
        read.Sales.ShouldHaveSingleItem().Total.ShouldBe(new Money(400));
    }

    [Fact]
    public void Columns_are_found_by_their_headings_wherever_they_stand()
    {
        var rows = (Loyverse + Receipt("2026-10-17 09:00")).TrimEnd('\n').Split('\n').Select(r => r.Split(',').Reverse().ToList()).ToList();
        rows[0] = rows[0].ConvertAll(h => $"  {h.ToUpperInvariant()} (locked)");
        rows[0].Insert(3, "Item");
        rows[1].Insert(3, "a second column of the name");
        rows[0].Insert(0, "");
        rows[1].Insert(0, "");
        var read = BroughtFiles.Read("EUR", ("x.csv", string.Join('\n', rows.Select(r => string.Join(',', r)))));
        read.Refused.ShouldBeEmpty();
        read.Sales.ShouldHaveSingleItem().Ref.ShouldBe("loyverse:Main/POS 1/1-1001");
    }

    [Fact]
    public void Headings_in_Spanish_with_a_decimal_comma_and_titles_above_are_known()
    {
        var read = BroughtFiles.Read("EUR", ("recibos.csv",
            "Informe;;;\nObrador;;;\n\n"
            + "Fecha;Numero de recibo;Tipo de recibo;Categoria;REF;Articulo;Variante;Modificadores aplicados;Cantidad;Ventas "
                + "brutas;Descuentos;"
            + "Ventas netas;Costo de los bienes;Beneficio bruto;Impuestos;Tipo de pedido;TPV;Tienda;Nombre del cajero;Nombre del cliente;"
            + "Contactos del cliente;Comentario;Estado\n"
            + "17/9/26 9:15;1-1001;Venta;Café;10001;Latte;Pequeño;;1,000;1.004,00;0,00;1.004,00;0,60;3,40;0,30;Comer aquí;TPV "
                + "1;Obrador;;;;;Cerrado\n"
            + "17/9/26 9:30;1-1002;Venta;;;Altres;;;1,000;12,00;0,00;12,00;0,00;12,00;0,00;;TPV 1;Obrador;;;;;Cancelado\n"));
        read.Refused.ShouldBeEmpty();
        read.Questions.ShouldBeEmpty();
        read.Files.ShouldHaveSingleItem().System.ShouldBe("loyverse");
        var (sold, cancelled) = (read.Sales[0], read.Sales[1]);
        (sold.Total, sold.At, sold.Cancelled).ShouldBe((new Money(100400), new DateTimeOffset(2026, 9, 17, 9, 15, 0, TimeSpan.Zero),
            false));
        cancelled.Cancelled.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Date;Numéro de reçu;Type de reçu;Catégorie;UGS;Article;Quantité;Ventes brutes;Remises;Ventes nettes;Taxes;PDV;"
        + "Magasin;Statut", "Vente;Café;1;Latte;1,000;4,50;0,50;4,00;0,00;PDV 1;Main;", "Fermé", "Annulé")]
    [InlineData("Datum;Belegnummer;Belegtyp;Kategorie;Artikelnummer;Artikel;Menge;Bruttoumsatz;Rabatte;Nettoumsatz;Steuern;Kasse;Geschäft;"
        + "Status", "Verkauf;Kaffee;1;Latte;1,000;4,50;0,50;4,00;0,00;Kasse 1;Main;", "Abgeschlossen", "Storniert")]
    [InlineData(
        "Data;Numero ricevuta;Tipo di ricevuta;Categoria;SKU;Articolo;Quantità;Vendite lorde (€);Sconti (€);"
            + "Vendite nette (€);Imposte (€);POS;Negozio;Stato",
        "Vendita;Caffè;1;Latte;1,000;4,50;0,50;4,00;0,00;POS 1;Main;", "Chiuso", "Annullato")]
    public void Headings_and_words_are_known_in_other_languages(string headings, string rest, string closed, string cancelled)
    {
        var read = BroughtFiles.Read("EUR", ("r.csv",
            $"{headings}\n25/09/2026 21:48;1-1;{rest}{closed}\n25/09/2026 21:49;1-2;{rest}{cancelled}\n{headings}\n"
            + "Total;;;;;;2,000;9,00;1,00;8,00;0,00;;;\n"));
        read.Refused.ShouldBeEmpty();
        read.Questions.ShouldBeEmpty();
        read.Files.ShouldHaveSingleItem().Rows.ShouldBe(2);
        read.Sales.Select(s => (s.Total.Minor, s.Lines[0].Discount.Minor, s.Cancelled)).ShouldBe([(400L, 50L, false), (400L, 50L, true)]);
    }

    [Fact]
    public void Prices_of_a_store_are_found_in_other_languages_and_an_open_price_is_none()
    {
        var read = BroughtFiles.Read("EUR", ("items.csv",
            "Handle,REF,Nombre,Categoria,Descripción,Vendido por peso,Nombre de la opción 1,Valor de la opción 1,Coste,Codigo de barras,"
            + "REF del componente,Seguir el Inventario,Disponibles para la venta [Kiosk],Precio [Kiosk],En inventario [Kiosk],"
            + "Disponibles para la venta [Main],Precio [Main],En inventario [Main],\"Impuesto - \"\"IVA\"\" (4%)\"\n"
            + "latte,1,Latte,Café,,N,Tamaño,Grande,0.6,,,Y,Y,9.00,1.000,N,4.20,-11.000,Y\n"
            + "propina,2,Donativo,,,N,,,0,,,N,Y,variable,,Y,variable,,N\n"));
        read.Refused.ShouldBeEmpty();
        read.Products.Select(p => (p.Name, p.Price?.Minor, p.Available, p.Stock, p.TaxRate?.Percent)).ShouldBe(
            [("Latte Grande", 420L, false, -11000L, 4m), ("Donativo", null, true, null, null)]);
    }

    [Fact]
    public void A_row_that_was_cut_at_the_longest_cell_of_a_spreadsheet_makes_no_item_for_nothing()
    {
        const string id = "0274a24e-fd3d-11e6-f3f1-1a2e5e0990c4";
        var cut = new string('x', 32_767 - 1);
        var read = BroughtFiles.Read("USD", ("products.csv",
            "id,handle,sku,composite_handle,composite_sku,composite_quantity,name,description,type,supply_price,retail_price,active,"
            + "track_inventory,inventory_Main\r\n"
            + $"{id},tank,1,,,,Tank,\"one\rtwo\",General,9.7,12.99,1,1,-2\r\n"
            + $"1{id[1..]},hood,2,,,,Hood,\"{cut}\"\r\n"
            + "rest of the cell\",General,9,20,1,1,0\r\n"
            + $"{id},set,3,,1,2,,,,,,,,\r\n"));
        read.Products.ShouldHaveSingleItem().Name.ShouldBe("Tank");
        read.Refused.Select(r => r.Line).Order().ShouldBe([4, 5]);
    }

    [Fact]
    public void Text_of_which_one_letter_was_cut_is_not_another_encoding()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Loyverse + string.Concat(
            Enumerable.Range(1, 20).Select(i => Receipt("2026-10-17 09:00", number: $"{i}").Replace("Latte", "Café crème"))));
        var read = BroughtFiles.Read("EUR", null, ("r.csv", [.. whole[..^1], 0xc3, (byte)'\n']));
        read.Sales[0].Lines[0].Name.ShouldBe("Café crème");
        var wide = BroughtFiles.Read("EUR", null, ("r.csv", Encoding.Unicode.GetBytes(Loyverse + Receipt("2026-10-17 09:00"))));
        wide.Sales.ShouldHaveSingleItem().Total.ShouldBe(new Money(400));
    }

    [Fact]
    public void A_date_that_could_be_two_is_asked_and_never_guessed()
    {
        var asked = BroughtFiles.Read("EUR", ("r.csv", Loyverse + Receipt("08/09/2026 10:00")));
        var question = asked.Questions.ShouldHaveSingleItem();
        (question.Name, question.File).ShouldBe(("date_order", "r.csv"));
        question.Why.ShouldContain("08/09/2026");

        var told = BroughtFiles.Read("EUR", ("r.csv", Loyverse + Receipt("08/09/2026 10:00") + Receipt("25/09/2026 10:00", number: "2")));
        told.Questions.ShouldBeEmpty();
        told.Sales[0].At.Month.ShouldBe(9);
        var american = BroughtFiles.Read("EUR", ("r.csv", Loyverse + Receipt("08/09/2026 10:00") + Receipt("09/25/2026 10:00",
            number: "2")));
        american.Questions.ShouldBeEmpty();
        american.Sales[0].At.Month.ShouldBe(8);

        var both = BroughtFiles.Read("EUR", ("r.csv", Loyverse + Receipt("25/09/2026 10:00") + Receipt("09/25/2026 10:00", number: "2")));
        both.Questions.ShouldHaveSingleItem();
        var answered = BroughtFiles.Read(
            "EUR",
            new() { DateOrder = DateOrder.MonthFirst },
            ("r.csv", Encoding.UTF8.GetBytes(Loyverse + Receipt("08/09/2026 10:00"))));
        answered.Questions.ShouldBeEmpty();
        answered.Sales[0].At.Month.ShouldBe(8);
    }

    [Fact]
    public void An_amount_that_could_be_two_is_asked()
    {
        BroughtFiles.Read("EUR", ("r.csv", Loyverse + Receipt("2026-09-25 10:00", "1.250").Replace("0.00", "0").Replace("0.60", "1")
            .Replace("1.000", "1"))).Questions.ShouldHaveSingleItem().Name.ShouldBe("decimal_mark");
        BroughtFiles.Read("EUR", ("r.csv", Loyverse + Receipt("2026-09-25 10:00", "1.250"))).Sales[0].Total.ShouldBe(new Money(125));
    }

    [Theory]
    [InlineData("2026-04-06 21:52:40 -0400", "2026-04-07T01:52:40Z")]
    [InlineData("18-Aug-2026 07:05 PM EDT", "2026-08-18T23:05:00Z")]
    [InlineData("\"Aug 28, 2026 02:32 PM\"", "2026-08-28T14:32:00Z")]
    [InlineData("\"17.04.2023, 12:32\"", "2023-04-17T12:32:00Z")]
    [InlineData("2026-01-01 08:00:00", "2026-01-01T08:00:00Z")]
    [InlineData("28/8/26 0:41", "2026-08-28T00:41:00Z")]
    [InlineData("8/28/26 12:41 AM", "2026-08-28T00:41:00Z")]
    [InlineData("28 ago. 2026 14:32", "2026-08-28T14:32:00Z")]
    [InlineData("28. Aug. 2026 14:32 Uhr", "2026-08-28T14:32:00Z")]
    [InlineData("28 août 2026 à 14:32", "2026-08-28T14:32:00Z")]
    [InlineData("28/8/26 2:32 p. m.", "2026-08-28T14:32:00Z")]
    [InlineData("2026-08-28T14:32:00.000Z", "2026-08-28T14:32:00Z")]
    [InlineData("46262.6055555556", "2026-08-28T14:32:00Z")]
    public void Times_are_read_as_systems_write_them(string written, string at) =>
        BroughtFiles.Read("EUR", ("r.csv", Loyverse + Receipt(written))).Sales.ShouldHaveSingleItem().At
            .ShouldBe(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("31/02/2026 10:00")]
    [InlineData("tomorrow")]
    [InlineData("2026-09-25 25:00")]
    public void What_is_no_date_is_refused_with_line_and_field(string date)
    {
        var read = BroughtFiles.Read("EUR", ("r.csv", Loyverse + Receipt("25/09/2026 10:00") + Receipt(date, number: "2")));
        var refused = read.Refused.ShouldHaveSingleItem();
        (refused.File, refused.Line, refused.Field).ShouldBe(("r.csv", 3, "Date"));
        refused.Message.ShouldContain(date);
        read.Sales.Count.ShouldBe(1);
    }

    [Fact]
    public void What_nobody_knows_is_refused_and_its_headings_are_named()
    {
        var read = BroughtFiles.Read("EUR", ("what.csv", "Colour,Shape,Size,Weight\nred,round,1,2\n"), ("empty.csv", ""));
        read.Files.ShouldBeEmpty();
        read.Refused.Select(r => (r.File, r.Field)).ShouldBe([("what.csv", "file"), ("empty.csv", "file")]);
        read.Refused[0].Message.ShouldContain("Colour, Shape, Size");
        BroughtFiles.Read("EUR", null, ("broken.xlsx", [0x50, 0x4b, 3, 4, 0, 1, 2])).Refused.ShouldHaveSingleItem().Field.ShouldBe("file");
    }
}
