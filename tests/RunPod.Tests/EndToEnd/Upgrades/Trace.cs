namespace RunPod.Tests.EndToEnd.Upgrades;

/// <summary>What one version left in the store, in every state that jobs and batches rest in.</summary>
internal sealed class Trace
{
    private const int Requests = 2;

    private readonly object _input;
    private readonly string _key;
    private string _completed = "";
    private string _output = "";
    private string _failed = "";
    private string _streamed = "";
    private string _draft = "";
    private string[] _queued = [];
    private bool _isRead;

    private Trace(object input, string key) => (_input, _key) = (input, key);

    /// <summary>Leaves jobs that ended, jobs that wait or run, chunks that nobody took, and a draft of a batch.</summary>
    public static async Task<Trace> LeaveAsync(JobClient client, string key, object input, object wrongInput)
    {
        var trace = new Trace(input, key)
        {
            _completed = await client.SubmitOnceAsync(input, key),
            _failed = await client.SubmitAsync(wrongInput),
            _streamed = await client.SubmitAsync(new { prompt = "a star", num_inference_steps = 4, preview = 1, width = 64, height = 64 }),
            _draft = await client.CreateBatchAsync(input, Requests),
        };
        trace._output = (await client.WaitForAsync(trace._completed, "COMPLETED")).GetProperty("output")[0].GetProperty("seed").GetRawText();
        await client.WaitForAsync(trace._failed, "FAILED");
        await client.WaitForAsync(trace._streamed, "COMPLETED");
        trace._queued = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => client.SubmitAsync(new { prompt = "a star", num_inference_steps = 30, width = 64, height = 64 })));
        return trace;
    }

    /// <summary>Whatever is left of it is there and goes on: a first reader finishes what was open, later ones find it finished.</summary>
    public async Task AssertReadableAsync(JobClient client)
    {
        var completed = await client.StatusAsync(_completed);
        Assert.Equal(_output, completed.GetProperty("output")[0].GetProperty("seed").GetRawText());
        Assert.NotEmpty(await client.FetchPictureHereAsync(completed));
        Assert.Equal(_completed, await client.SubmitOnceAsync(_input, _key));
        foreach (var jobId in _queued)
        {
            await client.WaitForAsync(jobId, "COMPLETED");
        }

        Assert.Equal("FAILED", (await client.StatusAsync(_failed)).GetProperty("status").GetString());
        await client.RetryAsync(_failed);
        await client.WaitForAsync(_failed, "FAILED");
        if (_isRead)
        {
            Assert.Equal(Requests, (await client.BatchAsync(_draft)).GetProperty("requestCompleted").GetInt32());
            return;
        }

        Assert.Equal([1, 2, 3, 4], (await client.ReadEventsAsync(_streamed)).Chunks.Select(chunk => chunk.GetProperty("step").GetInt32()));
        await client.CompleteBatchAsync(_draft, Requests);
        _isRead = true;
    }
}
