using RunPod.Chaos.Faults;
using RunPod.Chaos.Histories;
using RunPod.Chaos.Load;

namespace RunPod.Chaos.Scenarios;

/// <summary>Silos stand still for longer than the lease of their jobs, some also for longer than the others take to declare them dead, and come back with results that nobody waits for.</summary>
internal static class Freeze
{
    private const int DefaultFaults = 8;
    private static readonly LoadOptions Load = new() { IsPlain = true, OpenJobs = 10, LongestJob = TimeSpan.FromSeconds(20) };

    public static async Task<int> RunAsync(ScenarioOptions options)
    {
        await using var experiment = await Experiment.StartAsync("freeze", options, settings:
        [
            "--Workers:SlotsPerDevice=60", "--Jobs:MaxAttempts=100", "--EndpointQueue:Lease=00:00:05", "--EndpointQueue:Heartbeat=00:00:01",
            "--Logging:LogLevel:RunPod.Grains.Jobs=Debug",
        ]);
        using var end = new CancellationTokenSource();
        var clients = experiment.RunClientsAsync(Load, end.Token);
        await experiment.RunFaultsAsync(Schedule.Create(options.Seed, new ScheduleOptions
        {
            Duration = double.PositiveInfinity,
            Count = options.Faults ?? DefaultFaults,
            Nodes = options.Silos,
            Kinds = [FaultKind.FreezeSilo],
            First = 10,
            Gap = (20, 30),
            SiloFrozen = (6, 25),
        }));
        await end.CancelAsync();
        await clients;
        await experiment.SettleAsync();
        var history = experiment.Finish();
        var figures = new Figures();
        figures.Add("late reports that a job refused, by the logs", $"{Count("ignored Succeeded", "ignored Failed")}");
        figures.Add("silos that found themselves declared dead and ended", $"{history.Faults.Count(fault => fault.Step == FaultStep.Exited)}");
        return Report.Print(history, figures, experiment.History.Path);

        int Count(params string[] texts) => experiment.Cluster.Nodes.SelectMany(node => node.LogLines).Count(line => texts.Any(text => line.Contains(text, StringComparison.Ordinal)));
    }
}
