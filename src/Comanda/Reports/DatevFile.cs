using System.Globalization;
using System.Text;
using Comanda.Shops;

namespace Comanda.Reports;

/// <summary>
/// A file for DATEV: format 700, posting batch ("Buchungsstapel") of version 13, as developer.datev.de describes it: a line of 31 fields
/// about the file, the names of 125 columns, and a posting a line; semicolons, CR LF, Windows-1252, texts in quotation marks, decimal
/// commas. Each entry is posted against the clearing account, which is even again at the end of each day. Revenue is posted with its tax,
/// where one rate is one account: DATEV takes the tax out of accounts that are set up for it, and posted beside it would be twice.
/// </summary>
internal static class DatevFile
{
    private const int Columns = 125, TextLength = 60;

    private static readonly string ColumnNames = string.Join(';', (string[])
    [
        "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz", "WKZ Basis-Umsatz", "Konto",
        "Gegenkonto (ohne BU-Schl\u00fcssel)", "BU-Schl\u00fcssel", "Belegdatum", "Belegfeld 1", "Belegfeld 2", "Skonto", "Buchungstext",
        "Postensperre", "Diverse Adressnummer", "Gesch\u00e4ftspartnerbank", "Sachverhalt", "Zinssperre", "Beleglink",
        .. Pairs("Beleginfo - Art ", "Beleginfo - Inhalt ", 8),
        "KOST1 - Kostenstelle", "KOST2 - Kostenstelle", "Kost-Menge", "EU-Land u. UStID (Bestimmung)", "EU-Steuersatz (Bestimmung)",
        "Abw. Versteuerungsart", "Sachverhalt L+L", "Funktionserg\u00e4nzung L+L", "BU 49 Hauptfunktionstyp", "BU 49 Hauptfunktionsnummer",
        "BU 49 Funktionserg\u00e4nzung",
        .. Pairs("Zusatzinformation - Art ", "Zusatzinformation- Inhalt ", 20),
        "St\u00fcck", "Gewicht", "Zahlweise", "Forderungsart", "Veranlagungsjahr", "Zugeordnete F\u00e4lligkeit", "Skontotyp",
        "Auftragsnummer", "Buchungstyp", "USt-Schl\u00fcssel (Anzahlungen)", "EU-Land (Anzahlungen)", "Sachverhalt L+L (Anzahlungen)",
        "EU-Steuersatz (Anzahlungen)", "Erl\u00f6skonto (Anzahlungen)", "Herkunft-Kz", "Buchungs GUID", "KOST-Datum",
        "SEPA-Mandatsreferenz", "Skontosperre", "Gesellschaftername", "Beteiligtennummer", "Identifikationsnummer", "Zeichnernummer",
        "Postensperre bis",
        "Bezeichnung SoBil-Sachverhalt", "Kennzeichen SoBil-Buchung", "Festschreibung", "Leistungsdatum", "Datum Zuord. Steuerperiode",
        "F\u00e4lligkeit", "Generalumkehr (GU)", "Steuersatz", "Land", "Abrechnungsreferenz", "BVV-Position",
        "EU-Land u. UStID (Ursprung)", "EU-Steuersatz (Ursprung)", "Abw. Skontokonto",
    ]);

    /// <summary>The first day of the financial year that a day is in.</summary>
    public static DateOnly YearOf(DatevClient client, DateOnly day)
    {
        var (month, first) = (int.Parse(client.YearStart[..2], CultureInfo.InvariantCulture), int.Parse(
            client.YearStart[3..], CultureInfo.InvariantCulture));
        var start = new DateOnly(day.Year, month, first);
        return start <= day ? start : start.AddYears(-1);
    }

    public static Document Write(
        Shop shop,
        DatevClient client,
        (DateOnly From, DateOnly To) period,
        IReadOnlyList<AccountEntryView> entries,
        DateTimeOffset now)
    {
        var clearing = AccountSettings.AccountOf(shop, "clearing");
        var postings = Together(entries).ToList();
        var length = Math.Clamp(postings.Select(p => p.Account.Length).Append(clearing.Length).Max(), 4, 8);
        var made = TimeZoneInfo.ConvertTime(now, shop.Settings.BusinessDay.Zone);
        var file = new StringBuilder()
            .Append("\"EXTF\";700;21;\"Buchungsstapel\";13;")
            .Append(made.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture))
            .Append(";;\"RE\";\"\";\"\";")
            .Append(CultureInfo.InvariantCulture, $"{client.Consultant};{client.Client};{YearOf(client, period.From):yyyyMMdd};{length};")
            .Append(CultureInfo.InvariantCulture, $"{period.From:yyyyMMdd};{period.To:yyyyMMdd};{Text(shop.Name, 30)};\"\";1;0;0;")
            .Append($"\"{shop.Currency.Code}\";;\"\";;;\"\";;;\"\";\"\"\r\n")
            .Append(ColumnNames).Append("\r\n");
        foreach (var posting in postings)
        {
            var fields = new string[Columns];
            Array.Fill(fields, "");
            fields[0] = Math.Max(posting.Debit, posting.Credit).ToString("0.00", CultureInfo.InvariantCulture).Replace('.', ',');
            fields[1] = posting.Debit > 0 ? "\"S\"" : "\"H\"";
            fields[2] = $"\"{shop.Currency.Code}\"";
            (fields[6], fields[7]) = (posting.Account, clearing);
            fields[9] = posting.Date.ToString("ddMM", CultureInfo.InvariantCulture);
            fields[10] = Text(posting.Date.ToString("yyyyMMdd", CultureInfo.InvariantCulture), 36);
            fields[13] = Text(posting.Text, TextLength);
            file.AppendJoin(';', fields).Append("\r\n");
        }

        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(file.ToString());
        var name = string.Create(
            CultureInfo.InvariantCulture, $"EXTF_Buchungsstapel_{period.From:yyyyMMdd}_{period.To:yyyyMMdd}.csv");
        return new(bytes, "text/csv; charset=windows-1252", name) { MayBeKept = false };
    }

    /// <summary>Revenue with its tax as one posting, where the rate has one tax; the others as they are.</summary>
    private static IEnumerable<AccountEntryView> Together(IReadOnlyList<AccountEntryView> entries)
    {
        foreach (var day in entries.GroupBy(e => e.Date))
        {
            var revenues = day.Where(e => e.Kind == "revenue").ToDictionary(e => e.Rate ?? 0);
            var taxes = day.Where(e => e.Kind == "tax").ToLookup(e => e.Rate ?? 0);
            bool IsIn(AccountEntryView tax) => revenues.ContainsKey(tax.Rate ?? 0) && taxes[tax.Rate ?? 0].Count() == 1;
            foreach (var entry in day.Where(e => e.Kind != "tax" || !IsIn(e)))
            {
                var tax = entry.Kind == "revenue" ? taxes[entry.Rate ?? 0].FirstOrDefault(IsIn) : null;
                var debit = entry.Debit - entry.Credit + (tax?.Debit ?? 0) - (tax?.Credit ?? 0);
                if (debit != 0)
                    yield return entry with { Debit = Math.Max(debit, 0), Credit = Math.Max(-debit, 0) };
            }
        }
    }

    private static IEnumerable<string> Pairs(string kind, string content, int count) =>
        Enumerable.Range(1, count).SelectMany(n => (string[])[$"{kind}{n}", $"{content}{n}"]);

    private static string Text(string text, int atMost)
    {
        // A quotation mark inside would be doubled, and whether it then counts twice is nowhere said.
        var line = PlainText.Line(text).Replace('"', '\'').Replace(';', ',');
        return $"\"{(line.Length > atMost ? line[..atMost] : line)}\"";
    }
}
