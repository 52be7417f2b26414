global using Comanda.Client;
global using Comanda.GiftCards;
global using Comanda.Kernel;
global using Comanda.Menu;
global using Comanda.Orders;
global using Comanda.Registers;
global using Shouldly;
global using Xunit;
