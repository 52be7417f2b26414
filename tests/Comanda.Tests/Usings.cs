global using Comanda.Client;
global using Comanda.Journal;
global using Comanda.Kernel;
global using Comanda.Menu;
global using Comanda.Orders;
global using Shouldly;
global using Xunit;
