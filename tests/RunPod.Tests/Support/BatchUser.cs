using RunPod.Contracts;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;

namespace RunPod.Tests.Support;

/// <summary>What a user does with batches of a test cluster's endpoint.</summary>
internal sealed class BatchUser(TestCluster cluster, string userId = TestCluster.User, string endpoint = TestCluster.Endpoint)
{
    public IBatchListGrain List => cluster.Grains.BatchList(endpoint, userId);

    public IBatchGrain Batch(string batchId) => cluster.Grains.Batch(endpoint, batchId);

    public Task<BatchAnswer> TryCreateAsync(params IEnumerable<string> inputs) =>
        List.CreateAsync(new BatchCreation { UserId = userId, Requests = Submissions(inputs) });

    /// <summary>Creates a batch; returns its id.</summary>
    public async Task<string> CreateAsync(params IEnumerable<string> inputs)
    {
        var answer = await TryCreateAsync(inputs);
        Assert.Equal(BatchOutcome.Done, answer.Outcome);
        return answer.Batch!.BatchId;
    }

    public Task<BatchAnswer> AppendAsync(string batchId, params IEnumerable<string> inputs) => Batch(batchId).AppendAsync(userId, Submissions(inputs));

    public async Task FinalizeAsync(string batchId) => Assert.Equal(BatchOutcome.Done, (await List.FinalizeAsync(batchId, webhook: null)).Outcome);

    /// <summary>Creates a batch and finalizes it; returns its id.</summary>
    public async Task<string> StartAsync(params IEnumerable<string> inputs)
    {
        var batchId = await CreateAsync(inputs);
        await FinalizeAsync(batchId);
        return batchId;
    }

    public async Task<BatchSnapshot> GetAsync(string batchId) => await Batch(batchId).GetAsync() ?? throw new InvalidOperationException($"{batchId} is gone.");

    /// <summary>The batch once it has ended; a call that a lost silo took along is repeated.</summary>
    public async Task<BatchSnapshot> EndOfAsync(string batchId, Action? meanwhile = null)
    {
        BatchSnapshot? batch = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                meanwhile?.Invoke();
                try
                {
                    batch = await GetAsync(batchId);
                }
                catch (Exception exception) when (exception is OrleansException or TimeoutException)
                {
                    return false;
                }

                return batch.Status.IsTerminal();
            },
            $"{batchId} ends",
            Eventually.LongLimit);
        return batch!;
    }

    /// <summary>All requests of the batch, read in pages.</summary>
    public async Task<List<BatchRequest>> RequestsAsync(string batchId, JobStatus? status = null, int limit = 50)
    {
        var requests = new List<BatchRequest>();
        while (true)
        {
            var page = await Batch(batchId).ListRequestsAsync(userId, new BatchRequestQuery { Offset = requests.Count, Limit = limit, Status = status });
            requests.AddRange(page!.Requests);
            if (page.Requests.Length < limit)
            {
                Assert.Equal(page.Total, requests.Count);
                return requests;
            }
        }
    }

    private static JobSubmission[] Submissions(IEnumerable<string> inputs) => [.. inputs.Select(input => TestCluster.Submission(input))];
}
