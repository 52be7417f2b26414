// Comanda runs on Linux: it relies on unix sockets, setpriv and libcrypt.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
