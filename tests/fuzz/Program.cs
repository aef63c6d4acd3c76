using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Chaos.Clusters;
using RunPod.Fuzz;
using RunPod.Fuzz.Services;
using RunPod.Inference;
using RunPod.Silo;

var requests = new Option<long>("--requests") { Description = "How many requests.", DefaultValueFactory = _ => 20_000 };
var seed = new Option<int?>("--seed") { Description = "Makes the same requests as an earlier run; drawn and printed without." };
var only = new Option<long[]>("--only")
{
    Description = "Send the requests of these numbers alone, and print their bytes and what came back.",
    AllowMultipleArgumentsPerToken = true,
};
var silo = new Option<string>("--silo")
{
    Description = "The RunPod.Fuzz.dll of another build, whose service is attacked.",
    DefaultValueFactory = _ => typeof(FuzzRun).Assembly.Location,
};
var store = new Option<string>("--store") { Description = "The service's store.", DefaultValueFactory = _ => "embedded" };
store.AcceptOnlyFromAmong("embedded", "redis");
var connections = new Option<int>("--connections") { Description = "Connections at a time.", DefaultValueFactory = _ => 48 };
var every = new Option<int>("--every") { Description = "Requests between two looks at whether valid requests work.", DefaultValueFactory = _ => 2_000 };
var bound = new Option<TimeSpan>("--bound") { Description = "How long an answer may take.", DefaultValueFactory = _ => TimeSpan.FromSeconds(20) };
var growth = new Option<long>("--growth") { Description = "MiB by which the service's memory may grow after the first fifth.", DefaultValueFactory = _ => 512 };

var serve = new Command("serve", "Run the service with the model that gives its input back; a run starts this itself.")
{
    TreatUnmatchedTokensAsErrors = false,
};
serve.SetAction((result, stop) =>
{
    new Thread(ServeProcess.EndWithHarness) { IsBackground = true }.Start();
    return ServeCommand.RunAsync([.. result.UnmatchedTokens], services => services.AddSingleton<IModelFormat, FuzzedFormat>(), stop);
});

var root = new RootCommand("Attacks a service with mutated requests over real sockets, and checks that it stays well.")
{
    requests, seed, only, silo, store, connections, every, bound, growth, serve,
};
root.SetAction(result => FuzzRun.RunAsync(new FuzzOptions
{
    Requests = result.GetValue(requests),
    Seed = result.GetValue(seed) ?? Random.Shared.Next(1, 1_000_000),
    Only = result.GetValue(only) ?? [],
    Silo = Path.GetFullPath(result.GetRequiredValue(silo)),
    OnRedis = result.GetValue(store) == "redis",
    Connections = result.GetValue(connections),
    Every = result.GetValue(every),
    Bound = result.GetValue(bound),
    Growth = result.GetValue(growth) * 1048576,
}));
return await root.Parse(args).InvokeAsync();
