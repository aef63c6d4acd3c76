using Microsoft.Extensions.Configuration.Memory;

namespace RunPod.Silo;

/// <summary>Settings of the host that every other source of configuration overrides.</summary>
internal static class Defaults
{
    private static readonly Dictionary<string, string?> Values = new()
    {
        // Reachable from this machine alone until somebody decides otherwise. 8000 is the port of RunPod's own local test server.
        ["urls"] = "http://localhost:8000",
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Orleans"] = "Warning",
        ["Logging:LogLevel:Polly"] = "Warning",

        // It warns, with a stack, of every client that hangs up in the middle of its body.
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel"] = "Error",

        // It warns at every start that its keys are not encrypted themselves: they are in the store, which is as trusted as the jobs in it.
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",

        // At a start it reports as late what it has not done yet.
        ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error",
    };

    public static void AddTo(IConfigurationBuilder configuration) =>
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Values });
}
