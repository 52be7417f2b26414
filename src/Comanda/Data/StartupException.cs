namespace Comanda.Data;

/// <summary>The program cannot start; the message is one line for the operator, and the exit code is not zero.</summary>
public sealed class StartupException(string message) : Exception(message);
