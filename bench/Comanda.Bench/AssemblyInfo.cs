// The benchmark reads /proc, signals by kill and runs Comanda, which is for Linux alone.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
