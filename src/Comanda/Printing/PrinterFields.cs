namespace Comanda.Printing;

/// <summary>A printer's fields as they are to be: those of before, with what a request says of them.</summary>
internal sealed record PrinterFields
{
    public string Name { get; private init; } = "";

    public PrinterKind Kind { get; private init; }

    public string? Host { get; private init; }

    public int? Port { get; private init; }

    public string? Model { get; private init; }

    public int Columns { get; private init; } = 42;

    public string[] Prints { get; private init; } = [PrintsWhat.Receipt.ToWire()];

    public string[] Stations { get; private init; } = [];

    public long? RegisterId { get; private init; }

    public PrintOnDoubt OnDoubt { get; private init; }

    public int Drawer { get; private init; } = 1;

    public bool Buzzer { get; private init; }

    public bool Enabled { get; private init; } = true;

    private const int FewestColumns = 20, MostColumns = 100;

    /// <summary>What null says of the register at the door.</summary>
    private const long NoRegister = -1;

    /// <summary>As the audit log tells it.</summary>
    public object ForAudit() => new
    {
        name = Name,
        kind = Kind.ToWire(),
        host = Host,
        port = Port,
        model = Model,
        columns = Columns,
        prints = Prints,
        stations = Stations,
        register_id = RegisterId,
        print_on_doubt = OnDoubt.ToWire(),
        drawer = Drawer,
        buzzer = Buzzer,
        enabled = Enabled,
    };

    /// <summary>What a new one has where nothing is said.</summary>
    public static PrinterFields Of(PrinterKind kind) => new() { Kind = kind };

    public static PrinterFields Of(Printer printer) => new()
    {
        Name = printer.Name,
        Kind = printer.Kind,
        Host = printer.Host,
        Port = printer.Port,
        Model = printer.Model,
        Columns = printer.PaperColumns,
        Prints = printer.Prints,
        Stations = printer.Stations,
        RegisterId = printer.RegisterId,
        OnDoubt = printer.OnDoubt,
        Drawer = printer.Drawer,
        Buzzer = printer.Buzzer,
        Enabled = printer.Enabled,
    };

    /// <summary>With what a request says. Whether the host may be called is asked after.</summary>
    public PrinterFields With(PrinterInput input, IReadOnlyCollection<long> registers, FieldErrors errors)
    {
        var isTcp = Kind == PrinterKind.Tcp9100;
        var (host, port) = (input.Host?.Trim() ?? Host, input.Port ?? Port ?? (isTcp ? PrinterNetworks.FirstPort : null));
        errors.Check(isTcp || input.Host is null, "host", "is of a tcp9100 printer alone: this one calls us");
        errors.Check(isTcp || input.Port is null, "port", "is of a tcp9100 printer alone: this one calls us");
        errors.Check(!isTcp || !string.IsNullOrEmpty(host), "host", "is required: the printer's address in the shop's network");
        errors.Check(
            !isTcp || port is >= PrinterNetworks.FirstPort and <= PrinterNetworks.LastPort,
            "port",
            $"must be between {PrinterNetworks.FirstPort} and {PrinterNetworks.LastPort}");
        errors.Check(input.Drawer is null or 1 or 2, "drawer", "must be 1 (pin 2 of its plug) or 2 (pin 5)");
        errors.Between("columns", input.Columns, FewestColumns, MostColumns);
        var prints = (input.Prints ?? Prints).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var (place, what) in (input.Prints ?? []).Index())
            errors.OneOf<PrintsWhat>($"prints[{place}]", what);
        foreach (var (place, station) in (input.Stations ?? []).Index())
            errors.Check(!string.IsNullOrWhiteSpace(station) && station.Length <= 60, $"stations[{place}]", "must be a station's name");
        errors.Check(
            input.RegisterId is null or NoRegister || registers.Contains(input.RegisterId.Value),
            "register_id",
            "is no register of this shop");
        return this with
        {
            Name = input.Name is null && Name.Length > 0 ? Name : errors.Text("name", input.Name, 100),
            Host = isTcp ? host : null,
            Port = isTcp ? port : null,
            Model = input.Model is null ? Model : input.Model.Trim() is { Length: > 0 } model ? model : null,
            Columns = input.Columns ?? Columns,
            Prints = prints,
            Stations = input.Stations is { } named
                ? [.. named.OfType<string>().Select(s => s.Trim()).Distinct(StringComparer.Ordinal)]
                : Stations,
            RegisterId = input.RegisterId is NoRegister ? null : input.RegisterId ?? RegisterId,
            OnDoubt = errors.OneOf("print_on_doubt", input.PrintOnDoubt, OnDoubt),
            Drawer = input.Drawer ?? Drawer,
            Buzzer = input.Buzzer ?? Buzzer,
            Enabled = input.Enabled ?? Enabled,
        };
    }
}
