global using Comanda.Kernel;
