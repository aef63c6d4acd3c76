using RunPod.Chaos.Faults;
using RunPod.Chaos.Histories;
using RunPod.Chaos.Load;

namespace RunPod.Chaos.Scenarios;

/// <summary>Everything at once: all operations, all faults.</summary>
internal static class Mixed
{
    private static readonly OperationLimit Limit = new("health", 20, 10);

    private static readonly FaultKind[] Kinds =
    [
        FaultKind.KillSilo, FaultKind.KillSilo, FaultKind.StopSilo, FaultKind.FreezeSilo, FaultKind.KillRedis, FaultKind.FreezeRedis, FaultKind.AddSilo,
    ];

    public static async Task<int> RunAsync(ScenarioOptions options)
    {
        var load = new LoadOptions();
        await using var experiment = await Experiment.StartAsync("mixed", options, users: load.Users + 1, limits: [Limit],
            settings: ["--Workers:SlotsPerDevice=8", "--Jobs:MaxAttempts=100", "--EndpointQueue:Lease=00:00:10", "--EndpointQueue:Heartbeat=00:00:02"]);
        using var end = new CancellationTokenSource();
        var clients = experiment.RunClientsAsync(load, end.Token);
        var greedy = GreedyClient.RunAsync(experiment.Client(experiment.Users[^1], 0), TimeSpan.FromSeconds(Limit.Window / Limit.Requests / 3), end.Token);
        await experiment.RunFaultsAsync(Schedule.Create(
            options.Seed, new ScheduleOptions { Duration = options.Duration.TotalSeconds, Nodes = options.Silos, Kinds = Kinds, Count = options.Faults ?? int.MaxValue }));
        await end.CancelAsync();
        await Task.WhenAll(clients, greedy);
        await experiment.SettleAsync();
        return Report.Print(experiment.Finish(), new Figures(), experiment.History.Path);
    }
}
