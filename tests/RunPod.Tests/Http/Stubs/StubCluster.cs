using System.Collections.Concurrent;
using RunPod.Contracts;
using RunPod.Contracts.Endpoints;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Keys;
using RunPod.Contracts.Limits;
using RunPod.Contracts.Queues;

namespace RunPod.Tests.Http.Stubs;

/// <summary>What the front end sees of a cluster, each answer in the test's hands: for failures that a real cluster does not show on demand.</summary>
internal sealed partial class StubCluster : IEndpointCatalog
{
    public const string User = "ada";
    public const string Endpoint = "echo";

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _keyReads;

    public StubCluster()
    {
        Grains = GrainFactoryStub.Of(Create);
        Key = new ApiKeyInfo
        {
            KeyId = KeyText.Substring(4, 12),
            UserId = User,
            Name = "test",
            Hash = ApiKeyFormat.Hash(KeyText),
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        ReadKey = keyId => Task.FromResult(keyId == Key.KeyId ? Key : null);
    }

    public IGrainFactory Grains { get; }

    public string KeyText { get; } = ApiKeyFormat.Create();

    public ApiKeyInfo Key { get; set; }

    public HashSet<string> Endpoints { get; } = new(StringComparer.Ordinal) { Endpoint, "sd" };

    public Func<string, Task<ApiKeyInfo?>> ReadKey { get; set; }

    public int KeyReads => _keyReads;

    public RateDecision Decision { get; set; } = new()
    {
        Verdict = RateVerdict.Granted,
        PermitId = 7,
        Limit = 1000,
        Window = TimeSpan.FromSeconds(10),
        Remaining = 999,
        ResetAfter = TimeSpan.FromSeconds(9.2),
        Concurrency = 200,
    };

    /// <summary>Calls of the rate limiters, such as <c>Acquire run/ada</c>.</summary>
    public ConcurrentQueue<string> LimiterCalls { get; } = new();

    /// <summary>Done when a request has given its place back.</summary>
    public Task Released => _released.Task;

    /// <summary>Submissions by job key.</summary>
    public ConcurrentDictionary<string, JobSubmission> Submitted { get; } = new(StringComparer.Ordinal);

    public Func<string, Task<SubmitOutcome>> Submit { get; set; } = _ => Task.FromResult(SubmitOutcome.Accepted);

    public Func<string, Task<JobSnapshot?>> GetSnapshot { get; set; } = _ => Task.FromResult<JobSnapshot?>(null);

    public Func<string, Task<JobSummary?>> GetSummary { get; set; } = _ => Task.FromResult<JobSummary?>(null);

    public Func<string, TimeSpan, Task<JobSnapshot?>> WaitForEnd { get; set; } = (_, _) => Task.FromResult<JobSnapshot?>(null);

    public Func<string, string, Task<JobStream?>> DrainStream { get; set; } = (_, _) => Task.FromResult<JobStream?>(null);

    public Func<string, TimeSpan, Task> WaitForStream { get; set; } = (_, _) => Task.CompletedTask;

    public Func<string, string, CancelResult> Cancel { get; set; } = (_, _) => new CancelResult(CancelOutcome.UnknownJob, Job: null);

    public Func<EndpointHealth> Health { get; set; } = () => throw new NotSupportedException();

    public ValueTask<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlySet<string>>(Endpoints);

    private object Create(Type type, string key)
    {
        if (type == typeof(IApiKeyGrain))
        {
            return GrainStub.Of<IApiKeyGrain>((_, _) =>
            {
                Interlocked.Increment(ref _keyReads);
                return ReadKey(key);
            });
        }

        if (type == typeof(IRateLimiterGrain))
        {
            return GrainStub.Of<IRateLimiterGrain>((method, _) =>
            {
                LimiterCalls.Enqueue($"{method[..^"Async".Length]} {key}");
                if (method == nameof(IRateLimiterGrain.ReleaseAsync))
                {
                    _released.TrySetResult();
                }

                return method == nameof(IRateLimiterGrain.AcquireAsync) ? Task.FromResult(Decision) : Task.CompletedTask;
            });
        }

        return type == typeof(IQueueGrain)
            ? GrainStub.Of<IQueueGrain>((_, _) => Task.FromResult(Health()))
            : GrainStub.Of<IJobGrain>((method, args) => AnswerJob(key, method, args));
    }

    private object AnswerJob(string key, string method, object?[] args)
    {
        switch (method)
        {
            case nameof(IJobGrain.SubmitAsync):
                Submitted[key] = (JobSubmission)args[0]!;
                return Submit(key);
            case nameof(IJobGrain.GetSnapshotAsync):
                return GetSnapshot(GrainKeys.SplitJobKey(key).JobId);
            case nameof(IJobGrain.GetSummaryAsync):
                return GetSummary(GrainKeys.SplitJobKey(key).JobId);
            case nameof(IJobGrain.WaitForEndAsync):
                return WaitForEnd(GrainKeys.SplitJobKey(key).JobId, (TimeSpan)args[0]!);
            case nameof(IJobGrain.DrainStreamAsync):
                return DrainStream(GrainKeys.SplitJobKey(key).JobId, (string)args[0]!);
            case nameof(IJobGrain.WaitForStreamAsync):
                return WaitForStream(GrainKeys.SplitJobKey(key).JobId, (TimeSpan)args[0]!);
            case nameof(IJobGrain.CancelAsync):
                return Task.FromResult(Cancel(GrainKeys.SplitJobKey(key).JobId, (string)args[0]!));
            default:
                throw new NotSupportedException(method);
        }
    }
}
