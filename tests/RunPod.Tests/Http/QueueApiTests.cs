using RunPod.Contracts.Jobs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Http;

/// <summary>What a client does with jobs that it has: retry, purge, list.</summary>
public sealed class QueueApiTests : IAsyncLifetime
{
    private const string Echo = "/v2/" + TestCluster.Endpoint;
    private ClusterApi _api = null!;

    public async Task InitializeAsync() => _api = await ClusterApi.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task Retry_FailedJob_RunsAgainUnderTheSameId()
    {
        var id = await _api.RunAsync("""{"fail":"no luck"}""");
        Assert.Equal(JobStatus.Failed, (await _api.Cluster.EndOfAsync(id)).Status);

        using var response = await _api.Client.PostAsync($"{Echo}/retry/{id}", content: null);
        Assert.Equal($$"""{"id":"{{id}}","status":"IN_QUEUE"}""", await response.Content.ReadAsStringAsync());
        var ended = await _api.Cluster.EndOfAsync(id);

        Assert.Equal((JobStatus.Failed, "no luck", 1), (ended.Status, ended.Error, ended.Retries));
        Assert.Equal(2, _api.Cluster.Model.Runs.Count);
        Assert.Equal(2, (await HealthAsync()).GetProperty("jobs").GetProperty("failed").GetInt32());
    }

    [Fact]
    public async Task Retry_OtherStates_Answers400AndForeignOnes404()
    {
        var completed = await _api.Cluster.RunAsync("1");
        var held = await _api.RunAsync("""{"hold":true}""");
        using var other = await _api.CreateClientAsync("somebody");

        using var ofCompleted = await _api.Client.PostAsync($"{Echo}/retry/{completed.JobId}", content: null);
        using var ofOpen = await _api.Client.PostAsync($"{Echo}/retry/{held}", HttpAnswers.Json("{}"));
        using var ofOther = await other.PostAsync($"{Echo}/retry/{completed.JobId}", content: null);
        using var ofNothing = await _api.Client.PostAsync($"{Echo}/retry/nothing", content: null);

        Assert.Contains("COMPLETED", await ofCompleted.AssertErrorAsync(400, "not_retriable"), StringComparison.Ordinal);
        await ofOpen.AssertErrorAsync(400, "not_retriable");
        await ofOther.AssertErrorAsync(404, "job_not_found");
        await ofNothing.AssertErrorAsync(404, "job_not_found");
    }

    [Fact]
    public async Task Purge_QueuedJobs_CancelsOnesOwnAndLeavesTheRest()
    {
        using var other = await _api.CreateClientAsync("somebody");
        var running = await _api.RunAsync("""{"hold":true}""");
        await _api.Cluster.Model.Begun.WaitAsync();
        var queued = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            queued.Add(await _api.RunAsync("1"));
        }

        using var foreign = await other.PostAsync($"{Echo}/run", HttpAnswers.Json("""{"input":"theirs"}"""));
        var theirs = (await foreign.ReadJsonAsync()).GetProperty("id").GetString()!;

        using var response = await _api.Client.PostAsync($"{Echo}/purge-queue", HttpAnswers.Json("{}"));
        using var again = await _api.Client.PostAsync($"{Echo}/purge-queue", content: null);
        _api.Cluster.Model.Release();

        Assert.Equal("""{"removed":5,"status":"completed"}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("""{"removed":0,"status":"completed"}""", await again.Content.ReadAsStringAsync());
        foreach (var id in queued)
        {
            Assert.Equal(JobStatus.Cancelled, (await _api.Cluster.EndOfAsync(id)).Status);
        }

        Assert.Equal(JobStatus.Completed, (await _api.Cluster.EndOfAsync(running)).Status);
        Assert.Equal(JobStatus.Completed, (await _api.Cluster.EndOfAsync(theirs)).Status);
        using var third = await _api.Client.PostAsync($"{Echo}/purge-queue", content: null);
        await third.AssertErrorAsync(429, "rate_limited");
    }

    [Fact]
    public async Task Requests_SeveralPages_ListsOnesOwnJobsNewestFirst()
    {
        using var other = await _api.CreateClientAsync("somebody");
        using var foreign = await other.PostAsync($"{Echo}/run", HttpAnswers.Json("""{"input":"theirs"}"""));
        var ids = new List<string>();
        foreach (var input in (string[])["1", """{"fail":"no"}""", """{"hold":true}"""])
        {
            ids.Insert(0, await _api.RunAsync(input));
        }

        await _api.Cluster.EndOfAsync(ids[1]);
        await _api.Cluster.EndOfAsync(ids[2]);
        await _api.Cluster.Model.Begun.WaitAsync();
        using var first = await _api.Client.GetAsync($"{Echo}/requests?limit=2");
        using var second = await _api.Client.GetAsync($"{Echo}/requests?offset=2&limit=2");

        var page = await first.ReadJsonAsync();
        Assert.Equal(["requests", "total", "offset", "limit", "hasMore"], page.EnumerateObject().Select(p => p.Name));
        Assert.Equal((3, 0, 2, true), (page.GetProperty("total").GetInt32(), page.GetProperty("offset").GetInt32(), page.GetProperty("limit").GetInt32(), page.GetProperty("hasMore").GetBoolean()));
        var rest = await second.ReadJsonAsync();
        Assert.False(rest.GetProperty("hasMore").GetBoolean());
        var jobs = page.GetProperty("requests").EnumerateArray().Concat(rest.GetProperty("requests").EnumerateArray()).ToArray();
        Assert.Equal(ids, jobs.Select(job => job.GetProperty("id").GetString()));
        Assert.Equal("FAILED", jobs[1].GetProperty("status").GetString());
        Assert.Equal(["id", "status", "delayTime", "executionTime", "createdAt"], jobs[2].EnumerateObject().Select(p => p.Name));
        Assert.True(jobs[2].GetProperty("createdAt").TryGetDateTimeOffset(out _));
    }

    [Theory]
    [InlineData("offset=-1")]
    [InlineData("offset=x")]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    public async Task Requests_WrongPage_Answers400(string query)
    {
        using var response = await _api.Client.GetAsync($"{Echo}/requests?{query}");

        await response.AssertErrorAsync(400, "invalid_query");
    }

    private async Task<System.Text.Json.JsonElement> HealthAsync()
    {
        using var response = await _api.Client.GetAsync($"{Echo}/health");
        return await response.ReadJsonAsync();
    }
}
