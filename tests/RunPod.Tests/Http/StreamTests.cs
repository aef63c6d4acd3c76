using RunPod.Contracts.Jobs;
using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Http;

/// <summary>What the front end makes of a job's stream.</summary>
public sealed class StreamTests
{
    private const string Path = "/v2/echo/stream/job-1";

    private static readonly JobSnapshot Ended = new() { JobId = "job-1", UserId = StubCluster.User, Status = JobStatus.Completed, Output = "{\n \"x\":\r1}"u8.ToArray() };

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Stream_ChunksThere_AnswersThemAtOnceByteForByte(string method)
    {
        await using var api = await StartAsync(Answer(JobStatus.InProgress, "{ \"a\" :1e400}", "\"é\""));
        using var request = new HttpRequestMessage(new HttpMethod(method), Path);

        using var response = await api.Client.SendAsync(request);

        Assert.Equal("""{"status":"IN_PROGRESS","stream":[{"output":{ "a" :1e400}},{"output":"é"}]}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(["Acquire stream/ada", "Release stream/ada"], api.Cluster.LimiterCalls);
    }

    [Fact]
    public async Task Stream_EndedJobWithoutChunks_StillHasTheList()
    {
        await using var api = await StartAsync(Answer(JobStatus.TimedOut));

        Assert.Equal("""{"status":"TIMED_OUT","stream":[]}""", await api.Client.GetStringAsync(Path));
    }

    [Fact]
    public async Task Stream_ChunksWereDropped_SaysSo()
    {
        await using var api = await StartAsync(Answer(JobStatus.Completed, "1") with { IsTruncated = true });

        Assert.Equal("""{"status":"COMPLETED","stream":[{"output":1}],"truncated":true}""", await api.Client.GetStringAsync(Path));
    }

    [Fact]
    public async Task Stream_NothingYet_WaitsForTheNextChunk()
    {
        await using var api = await StartAsync(Answer(JobStatus.InQueue), Answer(JobStatus.InProgress), Answer(JobStatus.InProgress, "1"));
        var waits = new List<TimeSpan>();
        api.Cluster.WaitForStream = (_, atMost) =>
        {
            waits.Add(atMost);
            return Task.CompletedTask;
        };

        Assert.Equal("""{"status":"IN_PROGRESS","stream":[{"output":1}]}""", await api.Client.GetStringAsync(Path + "?wait=300000"));

        Assert.Equal(2, waits.Count);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Stream_NoWait_AnswersAtOnce()
    {
        await using var api = await StartAsync(Answer(JobStatus.InQueue));
        api.Cluster.WaitForStream = (_, _) => throw new InvalidOperationException("It waited.");

        Assert.Equal("""{"status":"IN_QUEUE","stream":[]}""", await api.Client.GetStringAsync(Path + "?wait=0"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("300001")]
    [InlineData("soon")]
    public async Task Stream_WrongWait_Answers400(string wait)
    {
        await using var api = await StartAsync();

        using var response = await api.Client.GetAsync($"{Path}?wait={wait}");

        Assert.Contains("from 0 to 300000", await response.AssertErrorAsync(400, "invalid_query"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("job-1")]
    [InlineData("not..valid")]
    public async Task Stream_UnknownJob_Answers404InBothForms(string jobId)
    {
        await using var api = await StubApi.StartAsync();

        using var json = await api.Client.GetAsync($"/v2/echo/stream/{jobId}");
        using var events = await GetEventsAsync(api, $"/v2/echo/stream/{jobId}");

        await json.AssertErrorAsync(404, "job_not_found");
        await events.AssertErrorAsync(404, "job_not_found");
    }

    [Fact]
    public async Task Stream_DrainFailsWhileWaiting_GoesOn()
    {
        await using var api = await StubApi.StartAsync();
        var calls = 0;
        api.Cluster.DrainStream = (_, _) => Interlocked.Increment(ref calls) == 1
            ? Task.FromException<JobStream?>(new SiloUnavailableException("lost"))
            : Task.FromResult<JobStream?>(Answer(JobStatus.InProgress, "1"));

        Assert.Equal("""{"status":"IN_PROGRESS","stream":[{"output":1}]}""", await api.Client.GetStringAsync(Path));
    }

    [Fact]
    public async Task Stream_ClusterUnavailable_Answers503()
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.DrainStream = (_, _) => Task.FromException<JobStream?>(new SiloUnavailableException("lost"));

        using var response = await api.Client.GetAsync(Path + "?wait=0");
        using var events = await GetEventsAsync(api);

        await response.AssertErrorAsync(503, "unavailable");
        await events.AssertErrorAsync(503, "unavailable");
    }

    [Fact]
    public async Task Events_JobThatEnds_AreTheChunksAndTheJob()
    {
        await using var api = await StartAsync(Answer(JobStatus.InProgress, "1", "{\r\n \"a\": 2\n}"), Answer(JobStatus.Completed, "3"));

        using var response = await GetEventsAsync(api);

        Assert.Equal(
            "data: 1\n\ndata: {\ndata: \ndata:  \"a\": 2\ndata: }\n\ndata: 3\n\n"
            + "event: done\ndata: {\"id\":\"job-1\",\"status\":\"COMPLETED\",\"retries\":0,\"output\":{\ndata:  \"x\":\ndata: 1}}\n\n",
            await response.Content.ReadAsStringAsync());
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no", Assert.Single(response.Headers.GetValues("X-Accel-Buffering")));
        Assert.True(response.Headers.CacheControl?.NoCache);
        Assert.Equal(["Acquire stream/ada", "Release stream/ada"], api.Cluster.LimiterCalls.Where(call => !call.StartsWith("Renew", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Events_AttemptLost_TellTheRestart()
    {
        await using var api = await StartAsync(
            Answer(JobStatus.InQueue) with { Attempt = 0 }, Answer(JobStatus.InProgress, "1"), Answer(JobStatus.InProgress, "1") with { Attempt = 2 },
            Answer(JobStatus.Completed) with { Attempt = 2, IsTruncated = true });

        using var response = await GetEventsAsync(api);

        Assert.StartsWith(
            ": keep-alive\n\ndata: 1\n\nevent: restart\ndata: {\"retries\":1}\n\ndata: 1\n\nevent: truncated\ndata: {}\n\nevent: done\n",
            await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_Silence_SendsCommentsAndKeepsThePlace()
    {
        await using var api = await StubApi.StartAsync(("Streams:KeepAlive", "00:00:00.1"));
        api.Cluster.DrainStream = (_, _) => Task.FromResult<JobStream?>(Answer(JobStatus.InProgress));
        api.Cluster.WaitForStream = (_, atMost) => Task.Delay(atMost);
        using var request = EventsRequest(Path);
        using var response = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using (var reader = new StreamReader(await response.Content.ReadAsStreamAsync()))
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(": keep-alive", await reader.ReadLineAsync());
                Assert.Equal("", await reader.ReadLineAsync());
            }

            Assert.DoesNotContain("Release stream/ada", api.Cluster.LimiterCalls);
        }

        response.Dispose();
        await api.Cluster.Released.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("application/json, text/plain, */*", "application/json")]
    [InlineData("text/*", "application/json")]
    [InlineData("text/event-stream;q=0", "application/json")]
    [InlineData("nonsense", "application/json")]
    [InlineData("application/json, Text/Event-Stream;q=0.5", "text/event-stream")]
    public async Task Stream_Accept_ChoosesTheForm(string accept, string expected)
    {
        await using var api = await StartAsync(Answer(JobStatus.Completed));
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.TryAddWithoutValidation("Accept", accept);

        using var response = await api.Client.SendAsync(request);

        Assert.Equal(expected, response.Content.Headers.ContentType?.ToString());
    }

    private static JobStream Answer(JobStatus status, params string[] chunks) =>
        new() { Status = status, Chunks = [.. chunks.Select(System.Text.Encoding.UTF8.GetBytes)], Attempt = 1 };

    private static async Task<StubApi> StartAsync(params JobStream[] answers)
    {
        var api = await StubApi.StartAsync();
        var next = 0;
        api.Cluster.DrainStream = (_, user) => Task.FromResult<JobStream?>(user == StubCluster.User ? answers[next++] : null);
        api.Cluster.GetSnapshot = _ => Task.FromResult<JobSnapshot?>(Ended);
        return api;
    }

    private static HttpRequestMessage EventsRequest(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/event-stream");
        return request;
    }

    private static async Task<HttpResponseMessage> GetEventsAsync(StubApi api, string path = Path)
    {
        using var request = EventsRequest(path);
        return await api.Client.SendAsync(request);
    }
}
