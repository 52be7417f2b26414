namespace Comanda.Shops;

/// <summary>A table where it stands on the shop's floor: in which column of twelve and which row of eight.</summary>
public sealed record FloorTable(string Name, int Seats, int X, int Y)
{
    public const int Columns = 12, Rows = 8, MostSeats = 99;
}
