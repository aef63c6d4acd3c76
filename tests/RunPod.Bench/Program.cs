using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Bench;
using RunPod.Inference;
using RunPod.Silo;

var store = new Option<string[]>("--store")
{
    Description = "The stores to measure.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => ["redis-everysec", "redis-always", "embedded"],
};
var jobs = new Option<int>("--jobs") { Description = "Jobs of the end-to-end measurement.", DefaultValueFactory = _ => 20_000 };
var listed = new Option<int>("--listed") { Description = "Jobs of the list measurement.", DefaultValueFactory = _ => 100_000 };
var scenario = new Option<string[]>("--scenario")
{
    Description = "What to measure: jobs, list, batch, limits, picture, or overload, which is long.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => ["jobs", "list", "batch", "limits", "picture"],
};
var requests = new Option<int>("--requests") { Description = "Requests of the batch measurement's batches.", DefaultValueFactory = _ => 5_000 };
var interactive = new Option<int>("--interactive") { Description = "Interactive jobs of each of its runs.", DefaultValueFactory = _ => 300 };
var rounds = new Option<int>("--rounds") { Description = "Pairs of runs, without and with a batch or a user above the limit.", DefaultValueFactory = _ => 5 };
var pairs = new Option<int>("--pairs") { Description = "Pairs of the picture measurement.", DefaultValueFactory = _ => 15 };
var duration = new Option<TimeSpan>("--duration") { Description = "How long the overload lasts.", DefaultValueFactory = _ => TimeSpan.FromMinutes(3) };
var offered = new Option<int>("--offered") { Description = "Requests a second that its users offer together.", DefaultValueFactory = _ => 10_000 };
var serve = new Command("serve", "Run the service with the no-op model; the benchmark starts this itself.") { TreatUnmatchedTokensAsErrors = false };
serve.SetAction((result, stop) => ServeCommand.RunAsync([.. result.UnmatchedTokens], services => services.AddSingleton<IModelFormat, NoOpFormat>(), stop));
var root = new RootCommand("Measures the service on loopback: accepting, running, waiting, listing, a batch beside an interactive user, and one picture against the bare pipeline.") { store, scenario, jobs, listed, requests, interactive, rounds, pairs, duration, offered, serve };
root.SetAction(async result =>
{
    foreach (var name in result.GetRequiredValue(store))
    {
        foreach (var what in result.GetRequiredValue(scenario))
        {
            using var redis = StartRedis(name);
            await (what switch
            {
                "jobs" => Scenarios.RunNoOpAsync(name, redis?.ConnectionString, () => redis?.ProcessorTime ?? TimeSpan.Zero, result.GetRequiredValue(jobs)),
                "list" => Scenarios.RunListAsync(name, redis?.ConnectionString, result.GetRequiredValue(listed)),
                "batch" => BatchScenario.RunAsync(
                    name, redis?.ConnectionString, result.GetRequiredValue(requests), result.GetRequiredValue(interactive), result.GetRequiredValue(rounds)),
                "limits" when redis is not null => LimitScenario.RunAsync(name, redis.ConnectionString, result.GetRequiredValue(rounds)),
                "limits" => Task.CompletedTask,
                "overload" => OverloadScenario.RunAsync(name, redis?.ConnectionString, result.GetRequiredValue(duration), result.GetRequiredValue(offered)),
                "picture" => Scenarios.RunPictureAsync(name, redis?.ConnectionString, result.GetRequiredValue(pairs)),
                _ => throw new ArgumentException($"There is no scenario '{what}'."),
            });
        }
    }

    static Redis? StartRedis(string name) => name.StartsWith("redis-", StringComparison.Ordinal) ? new Redis(name["redis-".Length..]) : null;
});
return await root.Parse(args).InvokeAsync();
