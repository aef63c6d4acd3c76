using System.CommandLine;
using RunPod.Chaos.Clusters;
using RunPod.Chaos.Histories;
using RunPod.Chaos.Scenarios;

var seed = new Option<int?>("--seed") { Description = "Makes the same schedule and the same choices as an earlier run; drawn and printed without." };
var duration = new Option<TimeSpan>("--duration") { Description = "How long faults go on.", DefaultValueFactory = _ => TimeSpan.FromMinutes(3) };
var silos = new Option<int>("--silos") { Description = "Silos of the cluster.", DefaultValueFactory = _ => 3 };
var fsync = new Option<string>("--appendfsync") { Description = "Redis' setting: always, everysec or no.", DefaultValueFactory = _ => "always" };
var other = new Option<string?>("--silo") { Description = "A RunPod.Chaos.dll or RunPod.Silo.dll of another build, which every second silo runs." };
var jobs = new Option<int>("--jobs") { Description = "Jobs that run at the same time (silo-kills).", DefaultValueFactory = _ => 2_000 };
var faults = new Option<int?>("--faults") { Description = "At most so many faults." };
var unbalanced = new Option<bool>("--unbalanced") { Description = "Clients do not leave a silo before it is stopped (rolling)." };
Option[] options = [seed, duration, silos, fsync, other, jobs, faults, unbalanced];

var root = new RootCommand("Starts a cluster, loads it, breaks it, and checks from the clients' side that it kept its promises.")
{
    Scenario("mixed", "All operations and all faults.", Mixed.RunAsync),
    Scenario("silo-kills", "Many long jobs under kill -9 of one silo after the other.", SiloKills.RunAsync),
    Scenario("redis-kills", "Submissions under kill -9 of Redis.", RedisKills.RunAsync),
    Scenario("rolling", "A rolling restart under load.", Rolling.RunAsync),
    Scenario("freeze", "Silos that stand still past their leases and come back.", Freeze.RunAsync),
    Scenario("partition", "Silos that do not reach each other.", Partition.RunAsync),
    Serve(),
    Check(),
};
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

Command Scenario(string name, string description, Func<ScenarioOptions, Task<int>> run)
{
    var command = new Command(name, description);
    Array.ForEach(options, command.Options.Add);
    command.SetAction((result, _) => run(new ScenarioOptions
    {
        Seed = result.GetValue(seed) ?? Random.Shared.Next(1, 1_000_000),
        Duration = result.GetRequiredValue(duration),
        Silos = result.GetRequiredValue(silos),
        AppendFsync = result.GetRequiredValue(fsync),
        OtherSilo = result.GetValue(other),
        Jobs = result.GetRequiredValue(jobs),
        Faults = result.GetValue(faults),
        IsBalanced = !result.GetValue(unbalanced),
    }));
    return command;
}

static Command Serve()
{
    var node = new Option<string>("--node") { Description = "The silo's name.", Required = true };
    var notes = new Option<string>("--notes") { Description = "The file for what the model notes.", Required = true };
    var origin = new Option<long>("--origin") { Description = "The timestamp at which the run began.", Required = true };
    var settings = new Argument<string[]>("settings") { Description = "The service's settings." };
    var command = new Command("serve", "Run the service with the sleeping model; the scenarios start this themselves.") { node, notes, origin, settings };
    command.SetAction((result, stop) => ServeProcess.RunAsync(
        result.GetRequiredValue(node), result.GetRequiredValue(notes), result.GetRequiredValue(origin), result.GetRequiredValue(settings), stop));
    return command;
}

static Command Check()
{
    var path = new Argument<string>("history") { Description = "The file." };
    var command = new Command("check", "Check a recorded history again.") { path };
    command.SetAction(result => Report.Print(RunHistory.Read(result.GetRequiredValue(path)), new Figures(), result.GetRequiredValue(path)));
    return command;
}
