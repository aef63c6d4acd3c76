using System.Diagnostics;
using RunPod.Chaos.Clusters;
using RunPod.Chaos.Faults;
using RunPod.Chaos.Histories;
using RunPod.Chaos.Load;

namespace RunPod.Chaos.Scenarios;

/// <summary>What every scenario has: a cluster in a folder, users, their clients, and a history.</summary>
internal sealed class Experiment : IAsyncDisposable
{
    /// <summary>Seconds that a job may take once there are no more faults, beyond its own: a lease, and a queue that has gathered.</summary>
    private const double EndBound = 90;

    private static readonly TimeSpan WebhookLimit = TimeSpan.FromSeconds(60);

    private readonly Networks? _networks;
    private readonly WebhookReceiver _receiver;
    private readonly List<ApiClient> _clients = [];

    private Experiment(ScenarioOptions options, HistoryLog history, ChaosCluster cluster, Networks? networks, WebhookReceiver receiver)
    {
        (Options, History, Cluster, _networks, _receiver) = (options, history, cluster, networks, receiver);
    }

    public ScenarioOptions Options { get; }

    public HistoryLog History { get; }

    public ChaosCluster Cluster { get; }

    public User[] Users { get; private set; } = [];

    /// <summary>Starts a cluster with users and returns once every silo is ready.</summary>
    public static async Task<Experiment> StartAsync(
        string scenario,
        ScenarioOptions options,
        int users = 3,
        IReadOnlyList<string>? settings = null,
        IReadOnlyList<OperationLimit>? limits = null,
        Networks? networks = null,
        bool stopsInOrder = false)
    {
        var folder = Directory.CreateTempSubdirectory($"runpod-chaos-{scenario}-").FullName;
        var origin = Stopwatch.GetTimestamp();
        var history = new HistoryLog(Path.Combine(folder, "history.jsonl"), origin);
        Console.WriteLine($"{scenario}, --seed {options.Seed}. The history and the silos' logs are in {folder}");
        history.Add(new RunSettings { Scenario = scenario, Seed = options.Seed, EndBound = EndBound, Retention = 7200, StopsInOrder = stopsInOrder, Limits = limits ?? [] });
        var cluster = new ChaosCluster(
            folder,
            new ClusterOptions
            {
                Nodes = options.Silos,
                AppendFsync = options.AppendFsync,
                OtherSilo = options.OtherSilo,
                Networks = networks,
                Settings =
                [
                    .. settings ?? [],
                    .. (limits ?? []).SelectMany(limit => new[]
                    {
                        $"--RateLimits:Operations:{limit.Operation}:Requests={limit.Requests}",
                        $"--RateLimits:Operations:{limit.Operation}:Window={TimeSpan.FromSeconds(limit.Window)}",
                    }),
                ],
            },
            history,
            origin);
        var experiment = new Experiment(options, history, cluster, networks, await WebhookReceiver.StartAsync(cluster.HostAddress, history, options.Seed));
        await cluster.StartAsync();
        for (var number = 0; number < users; number++)
        {
            experiment.Users = [.. experiment.Users, await experiment.CreateUserAsync($"user{number}")];
        }

        return experiment;
    }

    /// <summary>A caller of the API; the same seed makes the same choices.</summary>
    public ApiClient Client(User user, int number)
    {
        var client = new ApiClient($"{user.Name}/{number}", user, Cluster, History, new Random((Options.Seed * 1000) + _clients.Count));
        _clients.Add(client);
        return client;
    }

    /// <summary>Clients of the first users that submit and follow jobs, until they are told to end.</summary>
    public Task RunClientsAsync(LoadOptions load, CancellationToken until) => Task.WhenAll(
        from user in Users.Take(load.Users)
        from number in Enumerable.Range(0, load.ClientsPerUser)
        let random = new Random(HashCode(user.Name, number))
        let client = new Client(Client(user, number), new SubmissionMaker($"{user.Name}/{number}", load, random), load, random)
        select client.RunAsync(until));

    /// <summary>Prints a schedule and carries it out.</summary>
    public async Task RunFaultsAsync(IReadOnlyList<Fault> schedule)
    {
        Console.WriteLine($"{schedule.Count} faults:");
        foreach (var fault in schedule)
        {
            Console.WriteLine($"  {fault}");
        }

        await new Nemesis(Cluster, _networks, History).RunAsync(schedule);
        Reach(Milestone.Healed);
    }

    public void Reach(string milestone) => History.Add(new Milestone { Start = History.Now, Name = milestone });

    /// <summary>Waits until every accepted job has ended or must have, takes what is left of streams, and waits for webhooks.</summary>
    public async Task SettleAsync()
    {
        var run = new RunHistory(History.Snapshot());
        var deadline = History.Now + EndBound + (run.Accepted.Max(job => job.Sent?.Milliseconds) ?? 0) / 1000.0;
        await Parallel.ForEachAsync(run.Accepted.ToArray(), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (job, _) =>
        {
            var user = Users.First(user => job.Observations[0].Client.StartsWith($"{user.Name}/", StringComparison.Ordinal));
            using var client = new ApiClient($"{user.Name}/settle", user, Cluster, History, new Random(Options.Seed));
            await SettleAsync(client, job, deadline);
        });
        await WaitForWebhooksAsync();
        Reach(Milestone.Settled);
    }

    /// <summary>The whole history, with what the models noted.</summary>
    public RunHistory Finish()
    {
        Cluster.Dispose();
        foreach (var notes in Cluster.Nodes.SelectMany(node => node.Notes))
        {
            History.AddFrom(notes);
        }

        return new RunHistory(History.Snapshot());
    }

    public async ValueTask DisposeAsync()
    {
        Cluster.Dispose();
        _clients.ForEach(client => client.Dispose());
        await _receiver.DisposeAsync();
        _networks?.Dispose();
        History.Dispose();
    }

    private async Task<User> CreateUserAsync(string name)
    {
        var key = await Cluster.CreateKeyAsync(name);
        using var http = new HttpClient { BaseAddress = Cluster.Nodes[0].Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        using var secret = System.Text.Json.JsonDocument.Parse(await http.GetByteArrayAsync("/webhooks/secret"));
        return new User(name, key, _receiver.UrlFor(name, secret.RootElement.GetProperty("secret").GetString()!));
    }

    private async Task SettleAsync(ApiClient client, JobHistory job, double deadline)
    {
        while (await client.StatusAsync(job.Id) is { Http: not 404 } answer && !Sighting.IsEnd(answer.Status) && History.Now < deadline)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        for (var i = 0; i < 3 && job.Sent is { Chunks: > 0 } && (await client.StreamAsync(job.Id)) is not { Chunks: null, IsOk: true }; i++)
        {
        }
    }

    private async Task WaitForWebhooksAsync()
    {
        using var limit = new CancellationTokenSource(WebhookLimit);
        var awaited = new RunHistory(History.Snapshot()).Accepted.Where(job => job is { Sent.Webhook: true, Last.IsTerminal: true }).Select(job => job.Id).ToArray();
        while (!awaited.All(_receiver.Told.ContainsKey) && !limit.IsCancellationRequested)
        {
            await Task.Delay(200, CancellationToken.None);
        }
    }

    private int HashCode(string user, int number) => (Options.Seed * 7919) + (user[^1] * 101) + number;
}
