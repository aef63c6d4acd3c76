using RunPod.Chaos.Faults;
using RunPod.Chaos.Histories;
using RunPod.Chaos.Load;

namespace RunPod.Chaos.Scenarios;

/// <summary>Redis is killed again and again while clients submit.</summary>
internal static class RedisKills
{
    private const int DefaultFaults = 10;
    private static readonly LoadOptions Load = new() { IsPlain = true, OpenJobs = int.MaxValue, Pause = TimeSpan.FromMilliseconds(50), LongestJob = TimeSpan.FromSeconds(1) };

    public static async Task<int> RunAsync(ScenarioOptions options)
    {
        await using var experiment = await Experiment.StartAsync("redis-kills", options, settings: ["--Workers:SlotsPerDevice=20", "--Jobs:MaxAttempts=100"]);
        using var end = new CancellationTokenSource();
        var clients = experiment.RunClientsAsync(Load, end.Token);
        await experiment.RunFaultsAsync(Schedule.Create(options.Seed, new ScheduleOptions
        {
            Duration = double.PositiveInfinity,
            Count = options.Faults ?? DefaultFaults,
            Nodes = options.Silos,
            Kinds = [FaultKind.KillRedis],
            Gap = (8, 14),
            RedisDown = (0.5, 4),
            Rest = 0,
        }));
        await Task.Delay(TimeSpan.FromSeconds(5));
        await end.CancelAsync();
        await clients;
        await experiment.SettleAsync();
        var history = experiment.Finish();
        var figures = new Figures();
        var accepted = history.Accepted.Count();
        figures.Add("appendfsync", $"{options.AppendFsync}");
        figures.Add("accepted, surviving", $"{accepted}, {accepted - history.Accepted.Count(job => job.Observations[^1].Http == 404)}");
        figures.AddTimes("from Redis' return to the next accepted job", [.. Returns(history)]);
        return Report.Print(history, figures, experiment.History.Path);
    }

    private static IEnumerable<double> Returns(RunHistory history) =>
        from ready in history.Faults
        where ready is { Target: "redis", Step: FaultStep.Ready }
        let next = history.Observations.FirstOrDefault(call => call is { IsSubmission: true, IsOk: true } && call.Start > ready.Start)
        where next is not null
        select next.End - ready.Start;
}
