using RunPod.Chaos.Clusters;
using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Faults;

/// <summary>Carries a schedule out, and mends everything in the end.</summary>
internal sealed class Nemesis(ChaosCluster cluster, Networks? networks, HistoryLog history)
{
    /// <summary>Returns when the last fault has been mended and every silo is ready.</summary>
    public async Task RunAsync(IEnumerable<Fault> schedule)
    {
        var began = history.Now;
        var running = new List<Task>();
        foreach (var fault in schedule)
        {
            await WaitAsync(began + fault.At - history.Now);
            running.Add(ApplyAsync(fault));
        }

        await Task.WhenAll(running);
        await Task.WhenAll(cluster.Nodes.Where(node => node.IsInRotation).Select(node => node.WaitUntilReadyAsync()));
    }

    private async Task ApplyAsync(Fault fault)
    {
        var silo = cluster.Nodes[fault.Node];
        switch (fault.Kind)
        {
            case FaultKind.KillSilo:
                silo.Kill();
                await WaitAsync(fault.For);
                silo.Start();
                break;
            case FaultKind.StopSilo:
                await silo.StopAsync();
                await WaitAsync(fault.For);
                silo.Start();
                break;
            case FaultKind.FreezeSilo:
                silo.Freeze();
                await WaitAsync(fault.For);
                silo.Thaw();
                break;
            case FaultKind.KillRedis:
                Note(FaultStep.Killed, "redis");
                cluster.Redis.Kill();
                await WaitAsync(fault.For);
                await cluster.Redis.StartAsync();
                Note(FaultStep.Ready, "redis");
                break;
            case FaultKind.FreezeRedis:
                Note(FaultStep.Frozen, "redis");
                cluster.Redis.Freeze();
                await WaitAsync(fault.For);
                cluster.Redis.Thaw();
                Note(FaultStep.Thawed, "redis");
                break;
            case FaultKind.AddSilo:
                await AddAsync(fault.For);
                break;
            case FaultKind.CutSilos:
                await CutAsync(fault.Node, [fault.Other], fault.For);
                break;
            case FaultKind.IsolateSilo:
                await CutAsync(fault.Node, Enumerable.Range(0, cluster.Nodes.Count).Where(other => other != fault.Node), fault.For);
                break;
            default:
                throw new InvalidOperationException($"Nobody knows how to do {fault.Kind}.");
        }
    }

    private async Task AddAsync(double stays)
    {
        var silo = cluster.AddNode();
        silo.IsInRotation = false;
        silo.Start();
        await silo.WaitUntilReadyAsync();
        silo.IsInRotation = true;
        await WaitAsync(stays);
        silo.IsInRotation = false;
        await silo.StopAsync();
    }

    private async Task CutAsync(int node, IEnumerable<int> others, double lasts)
    {
        var cuts = others.Select(other => (Other: other, Name: $"{cluster.Nodes[node].Name} {cluster.Nodes[other].Name}")).ToArray();
        foreach (var (other, name) in cuts)
        {
            Note(FaultStep.Cut, name);
            networks!.Cut(node, other);
        }

        await WaitAsync(lasts);
        foreach (var (other, name) in cuts)
        {
            networks!.Join(node, other);
            Note(FaultStep.Joined, name);
        }
    }

    private void Note(FaultStep step, string target) => history.Add(new FaultNote { Start = history.Now, Step = step, Target = target });

    private static Task WaitAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(Math.Max(0, seconds)));
}
