using RunPod.Chaos.Histories;
using RunPod.Chaos.Load;

namespace RunPod.Chaos.Scenarios;

/// <summary>Every silo is stopped in order and started again, one after the other, under load. Clients leave a silo first, as a load balancer that drains makes them.</summary>
internal static class Rolling
{
    private static readonly LoadOptions Load = new() { LongestJob = TimeSpan.FromSeconds(40) };
    private static readonly TimeSpan LeaveFor = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(ScenarioOptions options)
    {
        await using var experiment = await Experiment.StartAsync("rolling", options, settings: ["--Workers:SlotsPerDevice=20"], stopsInOrder: options.IsBalanced);
        using var end = new CancellationTokenSource();
        var clients = experiment.RunClientsAsync(Load, end.Token);
        await Task.Delay(LeaveFor);
        var stops = new List<double>();
        foreach (var silo in experiment.Cluster.Nodes)
        {
            silo.IsInRotation = !options.IsBalanced;
            // Calls that are under way end.
            await Task.Delay(LeaveFor);
            var began = experiment.History.Now;
            await silo.StopAsync();
            stops.Add(experiment.History.Now - began);
            silo.Start();
            await silo.WaitUntilReadyAsync();
            silo.IsInRotation = true;
            await Task.Delay(LeaveFor);
        }

        experiment.Reach(Milestone.Healed);
        await end.CancelAsync();
        await clients;
        await experiment.SettleAsync();
        var history = experiment.Finish();
        var figures = new Figures();
        figures.Add("clients leave a silo before it stops", $"{options.IsBalanced}");
        figures.AddTimes("stop of a silo", stops);
        return Report.Print(history, figures, experiment.History.Path);
    }
}
