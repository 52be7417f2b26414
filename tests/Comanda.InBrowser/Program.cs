using System.Globalization;
using Comanda.Tests.Taxes;

// From which seed on, and how many: the figures of each basket, a line each.
var (first, count) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));
foreach (var line in PricedFigures.Of(first, count))
    Console.WriteLine(line);
