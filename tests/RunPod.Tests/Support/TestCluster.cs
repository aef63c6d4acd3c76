using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.TestingHost;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Grains;
using RunPod.Grains.Endpoints;
using RunPod.Grains.Limits;
using RunPod.Inference;
using RunPod.Silo.Egress;
using RunPod.Silo.Objects;
using RunPod.Silo.Store;
using RunPod.Silo.Webhooks;
using StackExchange.Redis;

namespace RunPod.Tests.Support;

/// <summary>Silos in this process on a redis-server of their own, composed as the host composes them, with a <see cref="TestModel"/> behind endpoint <c>test</c>.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    public const string Endpoint = "test";
    public const string User = "local";

    private readonly TempFolder _folder = new();
    private readonly RedisServer _redis;

    private TestCluster(RedisServer redis, IConnectionMultiplexer store)
    {
        (_redis, Store) = (redis, store);
        AddModel(Endpoint, "works");
    }

    public InProcessTestCluster Orleans { get; private set; } = null!;

    public IGrainFactory Grains => Orleans.Client;

    public TestModel Model { get; } = new();

    public IConnectionMultiplexer Store { get; }

    public string ObjectFolder => _folder.Combine("objects");

    public static async Task<TestCluster> StartAsync(Action<TestClusterOptions>? configure = null)
    {
        var options = new TestClusterOptions();
        configure?.Invoke(options);
        var redis = await RedisServer.StartAsync();
        var cluster = new TestCluster(redis, await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",allowAdmin=true"));
        foreach (var (endpoint, content) in options.Models)
        {
            cluster.AddModel(endpoint, content);
        }

        var builder = new InProcessTestClusterBuilder((short)options.Silos);
        builder.ConfigureSilo((silo, orleans) => cluster.ConfigureSilo(orleans, options, silo.SiloName));
        cluster.Orleans = builder.Build();
        await cluster.Orleans.DeployAsync();
        return cluster;
    }

    public IJobGrain Job(string jobId, string endpoint = Endpoint) => Grains.Job(endpoint, jobId);

    /// <summary>Submits a job and returns its id.</summary>
    public async Task<string> SubmitAsync(string input, string endpoint = Endpoint, Func<JobSubmission, JobSubmission>? with = null)
    {
        var jobId = Guid.NewGuid().ToString();
        Assert.Equal(SubmitOutcome.Accepted, await Job(jobId, endpoint).SubmitAsync(Submission(input, with)));
        return jobId;
    }

    /// <summary>Submits a job and waits for its end.</summary>
    public async Task<JobSnapshot> RunAsync(string input, string endpoint = Endpoint) => await EndOfAsync(await SubmitAsync(input, endpoint), endpoint);

    /// <summary>The job after its end.</summary>
    public async Task<JobSnapshot> EndOfAsync(string jobId, string endpoint = Endpoint)
    {
        var snapshot = await Job(jobId, endpoint).WaitForEndAsync(TimeSpan.FromSeconds(25));
        return snapshot is { IsTerminal: true }
            ? snapshot
            : throw new TimeoutException($"Job {jobId} is {snapshot?.Status.ToString() ?? "gone"} after 25 s.");
    }

    public static JobSubmission Submission(string input, Func<JobSubmission, JobSubmission>? with = null)
    {
        var submission = new JobSubmission
        {
            UserId = User,
            Input = Encoding.UTF8.GetBytes(input),
            TimeToLive = TimeSpan.FromHours(24),
            ExecutionTimeout = TimeSpan.FromMinutes(10),
            IsSync = false,
            RequestBaseUrl = "http://localhost:1",
        };
        return with?.Invoke(submission) ?? submission;
    }

    /// <summary>The keys in the store that mention a text, themselves or in their value.</summary>
    public Task<string[]> FindInStoreAsync(string text) => StoreScan.FindAsync(_redis.ConnectionString, text);

    /// <summary>Takes a job out of memory and makes its stored state one that cannot be read.</summary>
    public async Task SpoilAsync(string jobId)
    {
        await Orleans.DeactivateAsync(Job(jobId));
        var store = Store.GetDatabase();
        var found = (await FindInStoreAsync(jobId)).Where(key => key.Contains(jobId, StringComparison.Ordinal) && store.KeyType(key) == RedisType.Hash);
        await store.HashSetAsync(Assert.Single(found), "data", "not a state");
    }

    public async ValueTask DisposeAsync()
    {
        Model.Release();
        await Orleans.StopAllSilosAsync();
        await Orleans.DisposeAsync();
        await Store.DisposeAsync();
        _redis.Dispose();
        _folder.Dispose();
        Model.Dispose();
    }

    private void AddModel(string endpoint, string content)
    {
        Directory.CreateDirectory(_folder.Combine("models", endpoint));
        File.WriteAllText(_folder.Combine("models", endpoint, "test.model"), content);
    }

    private void ConfigureSilo(ISiloBuilder silo, TestClusterOptions options, string siloName)
    {
        silo.UseStore(Store);
        foreach (var name in GrainsHosting.StorageNames)
        {
            silo.AddStoreGrainStorage(name, Store, gate: null);
        }

        silo.Services.AddSingleton(Store);
        silo.Services.AddSingleton(TestSecrets.Protector);
        silo.Services.AddGuardedHttp();
        silo.Services.AddWebhooks();
        silo.Services.AddSingleton<IModelFormat>(Model);
        // A busy machine is no outage.
        silo.Services.Configure<RateLimitOptions>(limits => limits.RestoreWithin = TimeSpan.FromSeconds(10));
        silo.Services.Configure<EgressOptions>(egress => egress.AllowedNetworks.Add("127.0.0.0/8"));
        silo.Services.Configure<ModelRepositoryOptions>(repository => repository.Folder = _folder.Combine("models"));
        silo.Services.AddObjectStores(_folder.Path, new TestSigningKey());
        if (options.Clock is { } clock)
        {
            UseClock(silo, clock);
        }

        silo.AddRunPodGrains();
        if (options.HasWorkers)
        {
            silo.AddRunPodWorkers();
        }

        options.ConfigureSilo?.Invoke(silo, siloName);
    }

    private static void UseClock(ISiloBuilder silo, FakeTimeProvider clock)
    {
        silo.Services.AddSingleton<TimeProvider>(clock);
        silo.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
        silo.Services.AddKeyedSingleton<TimeProvider>("Orleans.Reminders", clock);
        silo.Configure<ReminderOptions>(reminders => reminders.ReminderLoadingWindow = TimeSpan.FromDays(2));
    }
}
