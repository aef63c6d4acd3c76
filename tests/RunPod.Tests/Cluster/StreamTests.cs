using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Streams;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class StreamTests : IAsyncLifetime
{
    private const int MaxBytes = 24_000_000;

    private TestCluster _cluster = null!;
    private int _progressCalls;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(options => options.ConfigureSilo = (silo, _) =>
    {
        silo.Services.Configure<StreamOptions>(streams => streams.MaxBytes = MaxBytes);
        silo.AddIncomingGrainCallFilter(context =>
        {
            if (context.MethodName == nameof(IJobGrain.ReportProgressAsync))
            {
                Interlocked.Increment(ref _progressCalls);
            }

            return context.Invoke();
        });
    });

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task DrainStream_ConsumerComesAfterTheEnd_GetsEveryChunkThenTheEnd()
    {
        var job = await _cluster.RunAsync("""{"say":[{"chunks":3000,"bytes":20},{"chunk":{ "last" : [1e400] }}]}""");

        var answers = await _cluster.Job(job.JobId).ReadToEndAsync();

        Assert.Equal([.. Streams.Chunks(3000, 20), """{ "last" : [1e400] }"""], answers.Texts());
        Assert.All(answers[..^1], answer => Assert.Equal(JobStatus.InProgress, answer.Status));
        Assert.Equal(JobStatus.Completed, answers[^1].Status);
        Assert.All(answers, answer => Assert.False(answer.IsTruncated));
    }

    [Fact]
    public async Task DrainStream_AfterTheLastChunk_IsEmptyAndStaysAtTheEnd()
    {
        var job = await _cluster.RunAsync("""{"say":[{"chunk":1}]}""");
        await _cluster.Job(job.JobId).ReadToEndAsync();

        var again = await _cluster.Job(job.JobId).DrainStreamAsync(TestCluster.User);

        Assert.Equal((JobStatus.Completed, 0), (again?.Status, again?.Chunks.Length));
    }

    [Fact]
    public async Task DrainStream_TwoConsumersWhileTheModelStreams_EachChunkGoesToOne()
    {
        var jobId = await _cluster.SubmitAsync("""{"hold":true,"sayAfter":[{"chunks":5000,"bytes":1000}]}""");
        var consumers = Task.WhenAll(_cluster.Job(jobId).ReadToEndAsync(), _cluster.Job(jobId).ReadToEndAsync());

        _cluster.Model.Release();

        var texts = (await consumers).Select(answers => answers.Texts()).ToArray();
        Assert.Equal(Streams.Chunks(5000, 1000).Order(), texts.SelectMany(text => text).Order());
        Assert.All(texts, text => Assert.Equal(text.OrderBy(NumberOf), text));
    }

    [Fact]
    public async Task DrainStream_TwentyMegabytes_ArriveWholeInBoundedAnswers()
    {
        var jobId = await _cluster.SubmitAsync("""{"say":[{"chunks":40,"bytes":500000}]}""");
        await _cluster.EndOfAsync(jobId);

        var answers = await _cluster.Job(jobId).ReadToEndAsync();

        Assert.Equal(Streams.Chunks(40, 500_000), answers.Texts());
        Assert.All(answers, answer => Assert.InRange(answer.Chunks.Sum(chunk => chunk.Length), 0, 8_000_000));
    }

    [Fact]
    public async Task DrainStream_ChunkTooLarge_ComesInPieces()
    {
        var text = string.Concat(Enumerable.Repeat("""aé\n😀\ud83d\ude00""", 120_000));

        var job = await _cluster.RunAsync($$"""{"say":[{"chunk":"{{text}}"},{"chunk":["{{text}}"]}]}""");

        var pieces = (await _cluster.Job(job.JobId).ReadToEndAsync()).Texts();
        Assert.All(pieces, piece => Assert.InRange(Encoding.UTF8.GetByteCount(piece), 1, 1_000_000));
        var joined = string.Concat(pieces.Select(piece => JsonSerializer.Deserialize<string>(piece)));
        var value = JsonSerializer.Deserialize<string>($"\"{text}\"");
        Assert.Equal(value + $"[\"{text}\"]", joined);
    }

    [Fact]
    public async Task DrainStream_NobodyTakesAndTheLimitIsReached_JobCompletesAndTheBeginningIsKept()
    {
        var job = await _cluster.RunAsync("""{"say":[{"chunks":30,"bytes":1000000},{"progress":"after"}]}""");

        var answers = await _cluster.Job(job.JobId).ReadToEndAsync();

        Assert.Equal(JobStatus.Completed, job.Status);
        Assert.Equal(Streams.Chunks(23, 1_000_000), answers.Texts());
        Assert.Single(answers, answer => answer.IsTruncated);
    }

    [Fact]
    public async Task DrainStream_ConsumerKeepsUp_LimitIsNotReached()
    {
        var jobId = await _cluster.SubmitAsync("""{"hold":true,"say":[{"chunks":20,"bytes":1000000}],"sayAfter":[{"chunks":20,"bytes":1000000}]}""");
        var job = _cluster.Job(jobId);
        var first = new List<JobStream>();
        while (first.Texts().Count < 20)
        {
            await job.WaitForStreamAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
            first.Add((await job.DrainStreamAsync(TestCluster.User))!);
        }

        _cluster.Model.Release();

        var second = await job.ReadToEndAsync();
        Assert.Equal([.. Streams.Chunks(20, 1_000_000), .. Streams.Chunks(20, 1_000_000)], first.Concat(second).Texts());
        Assert.All(second, answer => Assert.False(answer.IsTruncated));
    }

    [Fact]
    public async Task DrainStream_FailedJob_GivesWhatCameBefore()
    {
        var job = await _cluster.RunAsync("""{"say":[{"chunk":1},{"chunk":2}],"fail":"no more"}""");

        var answers = await _cluster.Job(job.JobId).ReadToEndAsync();

        Assert.Equal(["1", "2"], answers.Texts());
        Assert.Equal(JobStatus.Failed, answers[^1].Status);
    }

    [Fact]
    public async Task Retry_ChunksNotTaken_BeginsTheStreamAnew()
    {
        var job = await _cluster.RunAsync("""{"say":[{"chunk":1},{"chunk":2}],"fail":"no more"}""");
        await _cluster.Model.Begun.WaitAsync();

        Assert.Equal(RetryOutcome.Requeued, (await _cluster.Job(job.JobId).RetryAsync(TestCluster.User)).Outcome);
        await _cluster.Model.Begun.WaitAsync();
        await _cluster.EndOfAsync(job.JobId);

        var answers = await _cluster.Job(job.JobId).ReadToEndAsync();
        Assert.Equal(["1", "2"], answers.Texts());
        Assert.All(answers, answer => Assert.Equal(2, answer.Attempt));
    }

    [Fact]
    public async Task DrainStream_StoreStoodStillWhileTheModelStreamed_NoChunkIsLostOrDoubled()
    {
        var jobId = await _cluster.SubmitAsync("""{"hold":true,"sayAfter":[{"chunks":200,"bytes":1000}]}""");
        await _cluster.Model.Begun.WaitAsync();

        // Longer than a client waits for its answer, and then the server executes what it was sent.
        await _cluster.Store.GetDatabase().ExecuteAsync("CLIENT", "PAUSE", "6500", "WRITE");
        _cluster.Model.Release();
        JobSnapshot? job = null;
        await Eventually.HoldsAsync(async () => (job = await _cluster.Job(jobId).GetSnapshotAsync()) is { IsTerminal: true }, "the job ends");

        Assert.Equal(JobStatus.Completed, job?.Status);
        Assert.Equal(Streams.Chunks(200, 1000), (await _cluster.Job(jobId).ReadToEndAsync()).Texts());
    }

    [Fact]
    public async Task DrainStream_SomebodyElsesJob_IsUnknownAndLosesNothing()
    {
        var job = await _cluster.RunAsync("""{"say":[{"chunk":1}]}""");

        Assert.Null(await _cluster.Job(job.JobId).DrainStreamAsync("somebody"));
        Assert.Null(await _cluster.Job("nothing").DrainStreamAsync(TestCluster.User));

        Assert.Equal(["1"], (await _cluster.Job(job.JobId).ReadToEndAsync()).Texts());
    }

    [Fact]
    public async Task WaitForStream_CallerGone_TakesNothing()
    {
        var jobId = await _cluster.SubmitAsync("""{"hold":true,"sayAfter":[{"chunk":1}]}""");
        await _cluster.Model.Begun.WaitAsync();
        var abandoned = _cluster.Job(jobId).WaitForStreamAsync(TimeSpan.FromSeconds(20), CancellationToken.None);

        _cluster.Model.Release();
        await abandoned;
        await _cluster.EndOfAsync(jobId);

        Assert.Equal(["1"], (await _cluster.Job(jobId).ReadToEndAsync()).Texts());
    }

    [Fact]
    public async Task GetSnapshot_InProgress_ShowsTheLatestProgressUntilTheEnd()
    {
        var jobId = await _cluster.SubmitAsync("""{"say":[{"progress":{"step":1}},{"progress":{"step":2}}],"hold":true,"sayAfter":[{"progress":3}]}""");
        JobSnapshot? job = null;
        await Eventually.HoldsAsync(async () => (job = await _cluster.Job(jobId).GetSnapshotAsync())?.Output is not null, "progress shows");
        var during = (job!.Status, Encoding.UTF8.GetString(job.Output!));

        _cluster.Model.Release();

        var end = await _cluster.EndOfAsync(jobId);
        Assert.Equal((JobStatus.InProgress, """{"step":2}"""), during);
        Assert.StartsWith("""{"say":""", Encoding.UTF8.GetString(end.Output!), StringComparison.Ordinal);
        var texts = (await _cluster.Job(jobId).ReadToEndAsync()).Texts();
        Assert.Equal(["""{"step":2}""", "3"], texts);
    }

    [Fact]
    public async Task Progress_ReportedThousandsOfTimes_CostsAFewCallsAndEndsWithTheLatest()
    {
        var say = string.Join(',', Enumerable.Range(0, 5000).Select(i => $$"""{"progress":{{i}}}"""));

        var jobId = await _cluster.SubmitAsync($$"""{"say":[{{say}}],"hold":true}""");

        await Eventually.HoldsAsync(
            async () => (await _cluster.Job(jobId).GetSnapshotAsync())?.Output is { } output && Encoding.UTF8.GetString(output) == "4999", "the latest progress shows");
        Assert.InRange(_progressCalls, 1, 20);
    }

    [Fact]
    public async Task GetSnapshot_CancelledJob_ShowsNoProgress()
    {
        var jobId = await _cluster.SubmitAsync("""{"say":[{"progress":1}],"hold":true}""");
        await Eventually.HoldsAsync(async () => (await _cluster.Job(jobId).GetSnapshotAsync())?.Output is not null, "progress shows");

        var cancelled = await _cluster.Job(jobId).CancelAsync(TestCluster.User, onlyIfQueued: false);

        Assert.Equal((JobStatus.Cancelled, null), (cancelled.Job?.Status, cancelled.Job?.Output));
        Assert.Equal(["1"], (await _cluster.Job(jobId).ReadToEndAsync()).Texts());
    }

    [Fact]
    public async Task Progress_WithAFile_ShowsItsUrlAndTheFileGoesWithTheJob()
    {
        var jobId = await _cluster.SubmitAsync("""{"say":[{"preview":"a picture"}],"hold":true}""");
        byte[]? output = null;
        await Eventually.HoldsAsync(async () => (output = (await _cluster.Job(jobId).GetSnapshotAsync())?.Output) is not null, "progress shows");

        var url = JsonSerializer.Deserialize<string>(output)!;

        Assert.Contains($"/test/{jobId}/1/preview.txt?", url, StringComparison.Ordinal);
        Assert.Contains(Directory.GetFiles(_cluster.ObjectFolder, "preview.txt", SearchOption.AllDirectories), file => File.ReadAllText(file) == "a picture");
    }

    private static int NumberOf(string chunk) => int.Parse(chunk.Trim('"').TrimEnd('.'), System.Globalization.CultureInfo.InvariantCulture);
}
