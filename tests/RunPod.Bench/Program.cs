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
    Description = "What to measure.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => ["jobs", "list", "picture"],
};
var pairs = new Option<int>("--pairs") { Description = "Pairs of the picture measurement.", DefaultValueFactory = _ => 15 };
var serve = new Command("serve", "Run the service with the no-op model; the benchmark starts this itself.") { TreatUnmatchedTokensAsErrors = false };
serve.SetAction((result, stop) => ServeCommand.RunAsync([.. result.UnmatchedTokens], services => services.AddSingleton<IModelFormat, NoOpFormat>(), stop));
var root = new RootCommand("Measures the service on loopback: accepting, running, waiting, listing, and one picture against the bare pipeline.") { store, scenario, jobs, listed, pairs, serve };
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
                "picture" => Scenarios.RunPictureAsync(name, redis?.ConnectionString, result.GetRequiredValue(pairs)),
                _ => throw new ArgumentException($"There is no scenario '{what}'."),
            });
        }
    }

    static Redis? StartRedis(string name) => name.StartsWith("redis-", StringComparison.Ordinal) ? new Redis(name["redis-".Length..]) : null;
});
return await root.Parse(args).InvokeAsync();
