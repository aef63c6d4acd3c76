using RunPod.Chaos.Clusters;
using RunPod.Chaos.Faults;
using RunPod.Chaos.Load;

namespace RunPod.Chaos.Scenarios;

/// <summary>Silos that do not reach each other, while clients and Redis reach all of them. Needs a kernel with network namespaces, and root.</summary>
internal static class Partition
{
    private const int DefaultFaults = 6;
    private static readonly LoadOptions Load = new();

    public static async Task<int> RunAsync(ScenarioOptions options)
    {
        if (Networks.TryCreate(options.Silos, out var reason) is not { } networks)
        {
            Console.WriteLine($"partition is left out: this machine does not allow network namespaces ({reason}).");
            return 0;
        }

        await using var experiment = await Experiment.StartAsync("partition", options, networks: networks,
            settings: ["--Workers:SlotsPerDevice=20", "--Jobs:MaxAttempts=100", "--EndpointQueue:Lease=00:00:10", "--EndpointQueue:Heartbeat=00:00:02"]);
        using var end = new CancellationTokenSource();
        var clients = experiment.RunClientsAsync(Load, end.Token);
        await experiment.RunFaultsAsync(Schedule.Create(options.Seed, new ScheduleOptions
        {
            Duration = double.PositiveInfinity,
            Count = options.Faults ?? DefaultFaults,
            Nodes = options.Silos,
            Kinds = [FaultKind.CutSilos, FaultKind.IsolateSilo],
            First = 10,
            Gap = (30, 40),
            SiloFrozen = (8, 25),
            Rest = 5,
        }));
        await end.CancelAsync();
        await clients;
        await experiment.SettleAsync();
        return Report.Print(experiment.Finish(), new Figures(), experiment.History.Path);
    }
}
