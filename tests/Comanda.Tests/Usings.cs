global using Comanda.Client;
global using Comanda.Kernel;
global using Shouldly;
global using Xunit;
