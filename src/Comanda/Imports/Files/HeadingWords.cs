using System.Collections.Frozen;

namespace Comanda.Imports;

/// <summary>
/// What headings are called where the account speaks another language, as <see cref="ExportTable.Fold"/> leaves them. Which of several a
/// file means, its other headings decide: a table is recognised by all of them together.
/// </summary>
internal static class HeadingWords
{
    private static readonly string[] Lines =
    [
        "date|fecha|datum|dato|data|paivamaara",
        "time|hora|heure|uhrzeit|zeit|ora|tid|tijd|aika",
        "time zone|zona horaria|fuseau horaire|zeitzone|fuso orario",
        "receipt number|numero de recibo|numero de recu|numero du recu|n° de recu|belegnummer|bonnummer|numero ricevuta|numero di ricevuta"
            + "|numero do recibo|kvitteringsnummer|kvittonummer|kuitin numero",
        "receipt type|tipo de recibo|type de recu|type du recu|belegtyp|belegart|tipo di ricevuta|tipo ricevuta|bontype",
        "gross sales|ventas brutas|ventes brutes|bruttoumsatz|bruttoverkaufe|umsatz brutto|vendite lorde|vendas brutas|bruto omzet"
            + "|bruto verkopen|brutto salg|bruttosalg|bruttoforsaljning",
        "discounts|descuentos|remises|reductions|rabatte|sconti|descontos|kortingen|rabatter",
        "net sales|ventas netas|ventes nettes|nettoumsatz|nettoverkaufe|umsatz netto|vendite nette|vendas liquidas|netto omzet"
            + "|netto verkopen|nettosalg|nettoforsaljning",
        "taxes|impuestos|steuern|imposte|tasse|impostos|belastingen",
        "tax|impuesto|taxe|steuer|imposta|imposto|belasting|mwst.|mwst|tva|iva|moms",
        "tax rate|steuersatz|mwst.-satz|taux de taxe|taux de tva|tipo impositivo|aliquota",
        "total collected|total recaudado|total cobrado|total percu|total collecte|total encaisse|gesamt eingenommen"
            + "|insgesamt eingenommen|totale incassato|total recebido|total geint",
        "payment type|tipo de pago|type de paiement|zahlungsart|zahlungstyp|tipo di pagamento|tipo de pagamento|betaalwijze|betaaltype",
        "payment method|metodo de pago|forma de pago|moyen de paiement|mode de paiement|zahlungsmethode|zahlungsart|metodo di pagamento"
            + "|metodo de pagamento|betaalmethode|betalingsmetode|betalmetod|betalsatt|betalingsmate|maksutapa",
        "store|tienda|magasin|boutique|geschaft|filiale|negozio|loja|winkel",
        "pos|tpv|pdv|kasse|kassa|punto cassa",
        "item|articulo|article|artikel|articolo|artigo",
        "product|producto|produit|produkt|prodotto|produto|article|artikel|tuote",
        "quantity|cantidad|quantite|menge|anzahl|quantita|quantidade|aantal|hoeveelheid|antal|antall|maara",
        "qty|cant.|cantidad|qte|quantite|menge|anzahl|quantita|qtd|aantal|antal",
        "category|categoria|categorie|kategorie|warengruppe|kategori",
        "categories|categorias|kategorien|categorieen|categorie|kategorier",
        "variant|variante|variation",
        "modifiers applied|modificadores aplicados|modificateurs appliques|options appliquees|angewandte modifikatoren|modifikatoren"
            + "|modificatori applicati",
        "dining option|tipo de pedido|opcion de consumo|option de restauration|type de commande|bestellart|verzehrart|opzione di consumo",
        "cashier name|nombre del cajero|nom du caissier|name des kassierers|kassierer|nome del cassiere|nome cassiere|nome do caixa",
        "customer name|nombre del cliente|nom du client|kundenname|name des kunden|nome del cliente|nome cliente|nome do cliente|klantnaam",
        "customer contacts|contactos del cliente|contacts du client|coordonnees du client|kundenkontakte|contatti del cliente",
        "comment|comentario|commentaire|kommentar|commento|opmerking",
        "status|estado|statut|stato|tila",
        "sku|ref|ugs|artikelnummer|art.-nr.|referencia|codice|artnr",
        "name|nombre|nom|bezeichnung|nome|naam|navn|namn|nimi",
        "description|descripcion|beschreibung|descrizione|descricao|beschrijving|omschrijving|beskrivelse|beskrivning|kuvaus",
        "short description|kurzbeschreibung|description courte|descripcion corta|breve descrizione|korte beschrijving",
        "price|precio|prix|preis|prezzo|preco|prijs|pris|hinta",
        "cost|coste|costo|cout|kosten|custo|kost",
        "barcode|codigo de barras|code-barres|code barres|strichcode|codice a barre|streepjescode|stregkode|streckkod|strekkode",
        "sold by weight|vendido por peso|vendu au poids|nach gewicht verkauft|verkauf nach gewicht|venduto a peso|verkocht per gewicht",
        "track stock|seguir el inventario|suivre le stock|suivi du stock|bestand verfolgen|lagerbestand verfolgen|traccia magazzino"
            + "|controllare lo stock|rastrear estoque|voorraad bijhouden",
        "available for sale|disponible para la venta|disponibles para la venta|disponible a la vente|zum verkauf verfugbar|verkauflich"
            + "|disponibile per la vendita|disponivel para venda|beschikbaar voor verkoop",
        "in stock|en inventario|en stock|auf lager|vorratig|in magazzino|em estoque|op voorraad|pa lager|i lager",
        "option 1 value|valor de la opcion 1|valeur de l'option 1|wert der option 1|option 1 wert|valore opzione 1|valor da opcao 1",
        "option 2 value|valor de la opcion 2|valeur de l'option 2|wert der option 2|option 2 wert|valore opzione 2|valor da opcao 2",
        "option 3 value|valor de la opcion 3|valeur de l'option 3|wert der option 3|option 3 wert|valore opzione 3|valor da opcao 3",
        "sku of included item|ref del componente|ref de l'article inclus|artikelnummer der komponente|sku dell'articolo incluso",
        "event type|tipo de evento|type d'evenement|ereignistyp|vorgangsart|tipo di evento|tipo evento|haendelsestype|handelsetyp"
            + "|hendelsestype|gebeurtenistype|tapahtuman tyyppi",
        "staff|personale|personal|personnel|mitarbeiter|empleado|dipendente|personeel|henkilokunta|ansatte",
        "total|gesamt|gesamtbetrag|totale|totalt|totaal|yhteensa|summe",
        "transaction id|id de la transaccion|id de transaccion|id de la transaction|identifiant de la transaction|transaktionsnummer"
            + "|transaktions-id|id transazione|id da transacao|transactie-id",
        "payment id|id del pago|id de pago|id du paiement|zahlungs-id|id pagamento|betalings-id",
        "price point name|nombre del precio|nombre del punto de precio|nom du prix|nom du niveau de prix|name des preispunkts",
        "currency|moneda|divisa|devise|wahrung|valuta|moeda",
        "type|tipo|typ|tyyppi",
        "price (gross)|preis (brutto)|precio (bruto)|prix (brut)|prix (ttc)|prezzo (lordo)|preco (bruto)|prijs (bruto)",
        "transaction type|transaktionsart|type de transaction|tipo de transaccion|tipo di transazione|tipo de transacao",
        "tip amount|trinkgeldbetrag|trinkgeld|montant du pourboire|pourboire|importe de la propina|propina|importo della mancia|mancia",
        "amount incl. vat|betrag inkl. mwst.|betrag inkl. mwst|montant ttc|montant tva incluse|importe con iva|importe con iva incluido"
            + "|importo iva inclusa|total",
        "published|veroffentlicht|publie|publicado|pubblicato|gepubliceerd",
        "regular price|regularer preis|tarif regulier|prix regulier|precio normal|prezzo di listino|reguliere prijs|preco normal",
        "sale price|angebotspreis|tarif promo|prix promo|precio rebajado|prezzo in offerta|actieprijs|preco promocional",
        "parent|ubergeordnet|ubergeordnetes produkt|superior|genitore|hoofd|ascendente|principal",
        "in stock?|vorratig?|auf lager?|en stock ?|en stock?|¿existencias?|¿en inventario?|disponibile?|op voorraad?|em estoque?",
        "stock|lager|bestand|lagerbestand|inventario|existencias|magazzino|voorraad|estoque",
        "order ref|bestellreferenz|auftragsreferenz|ref. commande|ref. de la commande|reference de la commande|ref. de la orden"
            + "|ref. del pedido|referencia del pedido|rif. ordine|riferimento ordine|orderreferentie",
        "customer|kunde|client|cliente|klant|kund",
        "employee|mitarbeiter|angestellter|employe|empleado|dipendente|werknemer",
        "user|benutzer|utilisateur|usuario|utente|gebruiker",
        "unit price|einzelpreis|stuckpreis|prix unitaire|precio unitario|prezzo unitario|preco unitario|eenheidsprijs",
        "subtotal|zwischensumme|sous-total|subtotaal|subtotale|subtotal con impuestos",
        "subtotal w/o tax|zwischensumme ohne steuern|zwischensumme ohne steuer|sous-total hors taxes|sous-total ht"
            + "|subtotal sin impuestos|subtotale senza imposte|subtotale senza tasse|subtotaal zonder btw",
        "discount (%)|rabatt (%)|remise (%)|descuento (%)|desc. (%)|sconto (%)|korting (%)",
        "amount|betrag|montant|importe|importo|bedrag|valor",
    ];

    private static readonly FrozenDictionary<string, string[]> Known = Lines
        .Select(l => l.Split('|'))
        .ToFrozenDictionary(l => l[0], l => l[1..], StringComparer.Ordinal);

    /// <summary>Other words for a heading, which comes folded.</summary>
    public static string[] Of(string folded) => Known.GetValueOrDefault(folded, []);
}
