using RunPod.Chaos.Faults;
using RunPod.Chaos.Histories;
using RunPod.Chaos.Load;

namespace RunPod.Chaos.Scenarios;

/// <summary>Many long jobs, and one silo after the other is killed. The silos that are left have slots for all.</summary>
internal static class SiloKills
{
    private const int Clients = 16;
    private const int DefaultFaults = 20;
    private static readonly (int, int) Milliseconds = (60_000, 120_000);

    public static async Task<int> RunAsync(ScenarioOptions options)
    {
        var slots = (options.Jobs / (options.Silos - 1)) + 10;
        await using var experiment = await Experiment.StartAsync("silo-kills", options, users: 2,
            settings: [$"--Workers:SlotsPerDevice={slots}", "--Jobs:MaxAttempts=1000"]);
        using var end = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, Clients).Select(number =>
        {
            var user = experiment.Users[number % experiment.Users.Length];
            var share = (options.Jobs / Clients) + (number < options.Jobs % Clients ? 1 : 0);
            return new SteadyLoad(experiment.Client(user, number), $"{user.Name}/{number}", share, Milliseconds, new Random(options.Seed + number)).RunAsync(end.Token);
        }));
        await WaitUntilAsync(experiment, options.Jobs);
        var count = options.Faults ?? DefaultFaults;
        var firstKill = experiment.History.Now;
        await experiment.RunFaultsAsync(Schedule.Create(options.Seed, new ScheduleOptions
        {
            Duration = double.PositiveInfinity,
            Count = count,
            Nodes = options.Silos,
            Kinds = [FaultKind.KillSilo],
            First = 1,
            Gap = (15, 25),
            SiloDown = (0.5, 5),
        }));
        await end.CancelAsync();
        await load;
        await experiment.SettleAsync();
        var history = experiment.Finish();
        var figures = new Figures();
        figures.Add("running at the first kill", $"{Executions.RunningAt(history, firstKill)}");
        figures.Add("running at each kill", $"{string.Join(", ", history.Faults.Where(fault => fault.Step == FaultStep.Killed).Select(fault => Executions.RunningAt(history, fault.Start)))}");
        figures.AddTimes("from a kill to the next attempt of each job that ran there", [.. Executions.Redispatches(history)]);
        return Report.Print(history, figures, experiment.History.Path);
    }

    private static async Task WaitUntilAsync(Experiment experiment, int running)
    {
        using var client = experiment.Client(experiment.Users[0], Clients);
        while (await client.RunningAsync() < running)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }
}
