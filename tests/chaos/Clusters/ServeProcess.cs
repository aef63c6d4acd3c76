using Microsoft.Extensions.DependencyInjection;
using RunPod.Chaos.Histories;
using RunPod.Chaos.Model;
using RunPod.Inference;
using RunPod.Silo;

namespace RunPod.Chaos.Clusters;

/// <summary>The command <c>serve</c>: the service with the sleeping model, as a process of its own.</summary>
internal static class ServeProcess
{
    /// <param name="node">The silo's name.</param>
    /// <param name="notes">The file for what the model notes.</param>
    /// <param name="origin">The timestamp at which the run began.</param>
    /// <param name="settings">The service's settings.</param>
    /// <param name="stop">Stops the service.</param>
    public static async Task<int> RunAsync(string node, string notes, long origin, string[] settings, CancellationToken stop)
    {
        new Thread(EndWithHarness) { IsBackground = true }.Start();
        using var log = new HistoryLog(notes, origin);
        return await ServeCommand.RunAsync(settings, services => services.AddSingleton<IModelFormat>(new SleepingFormat(node, log)), stop);
    }

    /// <summary>However the harness ends, its end of this process's input is closed then: no silo outlives it.</summary>
    internal static void EndWithHarness()
    {
        Console.OpenStandardInput().CopyTo(Stream.Null);
        Environment.Exit(3);
    }
}
