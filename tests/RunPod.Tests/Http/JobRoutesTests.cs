using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Queues;
using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Http;

public sealed class JobRoutesTests
{
    private static readonly JobSnapshot Ended = new()
    {
        JobId = "job-1",
        UserId = StubCluster.User,
        Status = JobStatus.Completed,
        DelayTime = 12,
        ExecutionTime = 345,
        Output = "{ \"x\" : [1e400, \"\\u00e4\"] }"u8.ToArray(),
        Retries = 1,
        WorkerId = "w1",
        Gpu = "cpu",
    };

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Run_AcceptedJob_AnswersIdAndStatusAlone(string version)
    {
        await using var api = await StubApi.StartAsync();

        using var response = await api.Client.PostAsync($"/{version}/echo/run", HttpAnswers.Json("""{"input":1}"""));

        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Matches("""^\{"id":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}","status":"IN_QUEUE"\}$""", text);
        Assert.Equal(text.Length, response.Content.Headers.ContentLength);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task Run_AnyInput_KeepsItsBytes()
    {
        await using var api = await StubApi.StartAsync();
        const string Input = "{\n \"prompt\" : \"a \\u00e4 \\ud83d\\ude00 ü\", \"n\": 1234567890123456789012345678901234567890e999 , \"input\":[ ] }";
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{ "webhook":"https://x", "input" :  {{Input}}  , "policy":{"ttl":60000,"executionTimeout":7000} }"""));

        using var response = await api.Client.PostAsync("/v2/echo/run", content);

        var (key, submission) = Assert.Single(api.Cluster.Submitted);
        var id = (await response.ReadJsonAsync()).GetProperty("id").GetString();
        Assert.Equal($"echo/{id}", key);
        Assert.Equal(Input, Encoding.UTF8.GetString(submission.Input));
        Assert.Equal(TimeSpan.FromMinutes(1), submission.TimeToLive);
        Assert.Equal(TimeSpan.FromSeconds(7), submission.ExecutionTimeout);
        Assert.Equal(StubCluster.User, submission.UserId);
        Assert.False(submission.IsSync);
        Assert.Equal(api.Address.ToString().TrimEnd('/'), submission.RequestBaseUrl);
    }

    [Fact]
    public async Task Run_LargeInput_ArrivesWhole()
    {
        await using var api = await StubApi.StartAsync();
        var input = "\"" + new string('x', 9 * 1024 * 1024) + "\"";

        using var response = await api.Client.PostAsync("/v2/echo/run", HttpAnswers.Json($$"""{"input":{{input}}}"""));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(input, Encoding.UTF8.GetString(Assert.Single(api.Cluster.Submitted).Value.Input));
    }

    [Fact]
    public async Task Run_TtlInQuery_OverridesThePolicy()
    {
        await using var api = await StubApi.StartAsync();

        using var response = await api.Client.PostAsync("/v2/echo/run?ttl=20000", HttpAnswers.Json("""{"input":1,"policy":{"ttl":60000}}"""));

        var submission = Assert.Single(api.Cluster.Submitted).Value;
        Assert.Equal(TimeSpan.FromSeconds(20), submission.TimeToLive);
        Assert.Equal(TimeSpan.FromMinutes(10), submission.ExecutionTimeout);
    }

    [Fact]
    public async Task Run_DefaultsInConfiguration_AreTaken()
    {
        await using var api = await StubApi.StartAsync(("JobPolicy:ExecutionTimeout", "00:00:30"), ("JobPolicy:TimeToLive", "01:00:00"));

        using var response = await api.Client.PostAsync("/v2/echo/run", HttpAnswers.Json("""{"input":null}"""));

        var submission = Assert.Single(api.Cluster.Submitted).Value;
        Assert.Equal(TimeSpan.FromHours(1), submission.TimeToLive);
        Assert.Equal(TimeSpan.FromSeconds(30), submission.ExecutionTimeout);
        Assert.Equal("null"u8, submission.Input);
    }

    [Fact]
    public async Task Run_QueueFull_Answers429()
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.Submit = _ => Task.FromResult(SubmitOutcome.QueueFull);

        using var response = await api.Client.PostAsync("/v2/echo/run", HttpAnswers.Json("""{"input":1}"""));

        await response.AssertErrorAsync(429, "queue_full");
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Run_QueueWasFullAMomentAgo_Answers429WithoutAskingIt()
    {
        var clock = new FakeTimeProvider();
        await using var api = await StubApi.StartAsync(clock);
        api.Cluster.Submit = _ => Task.FromResult(SubmitOutcome.QueueFull);
        using var full = await PostAsync();
        api.Cluster.Submit = _ => Task.FromResult(SubmitOutcome.Accepted);

        clock.Advance(TimeSpan.FromMilliseconds(49));
        using var refused = await PostAsync();
        var asked = api.Cluster.Submitted.Count;
        using var elsewhere = await PostAsync("sd");
        using var low = await PostAsync(policy: """{"lowPriority":true}""");
        clock.Advance(TimeSpan.FromMilliseconds(1));
        using var accepted = await PostAsync();

        await full.AssertErrorAsync(429, "queue_full");
        await refused.AssertErrorAsync(429, "queue_full");
        Assert.Equal((1, 200, 200, 200), (asked, (int)elsewhere.StatusCode, (int)low.StatusCode, (int)accepted.StatusCode));

        Task<HttpResponseMessage> PostAsync(string endpoint = "echo", string policy = "{}") =>
            api.Client.PostAsync($"/v2/{endpoint}/run", HttpAnswers.Json($$"""{"input":1,"policy":{{policy}}}"""));
    }

    [Fact]
    public async Task RunSync_JobThatEnds_AnswersTheWholeJob()
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.WaitForEnd = (id, _) => Task.FromResult<JobSnapshot?>(Ended with { JobId = id });

        using var response = await api.Client.PostAsync("/v2/echo/runsync", HttpAnswers.Json("""{"input":1}"""));

        var (key, submission) = Assert.Single(api.Cluster.Submitted);
        var id = key["echo/".Length..];
        Assert.True(submission.IsSync);
        Assert.Matches("^sync-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", id);
        Assert.Equal(
            $$$"""{"id":"{{{id}}}","status":"COMPLETED","delayTime":12,"executionTime":345,"retries":1,"workerId":"w1","gpu":"cpu","output":{ "x" : [1e400, "\u00e4"] }}""",
            await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Status_OwnJob_AnswersWithoutAbsentFields(string method)
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.GetSnapshot = id => Task.FromResult<JobSnapshot?>(new JobSnapshot { JobId = id, UserId = StubCluster.User, Status = JobStatus.InQueue });
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v2/echo/status/any_ID-1?ttl=1");
        if (method == "POST")
        {
            request.Content = new ByteArrayContent([]);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var response = await api.Client.SendAsync(request);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("""{"id":"any_ID-1","status":"IN_QUEUE","retries":0}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Status_FailedJob_AnswersErrorAsString()
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.GetSnapshot = _ => Task.FromResult<JobSnapshot?>(Ended with { Status = JobStatus.Failed, Output = null, Error = "no \"such\"\nmodel ü" });

        using var response = await api.Client.GetAsync("/v2/echo/status/job-1");

        var job = await response.ReadJsonAsync();
        Assert.Equal("FAILED", job.GetProperty("status").GetString());
        Assert.Equal("no \"such\"\nmodel ü", job.GetProperty("error").GetString());
        Assert.False(job.TryGetProperty("output", out _));
    }

    [Fact]
    public async Task Status_LargeOutput_ArrivesWhole()
    {
        await using var api = await StubApi.StartAsync();
        var output = "\"" + new string('y', 20 * 1024 * 1024 - 2) + "\"";
        api.Cluster.GetSnapshot = _ => Task.FromResult<JobSnapshot?>(Ended with { Output = Encoding.UTF8.GetBytes(output) });

        using var response = await api.Client.GetAsync("/v2/echo/status/job-1");

        Assert.Equal(output, (await response.ReadJsonAsync()).GetProperty("output").GetRawText());
    }

    [Fact]
    public async Task Status_UnknownForeignAndMalformedIds_AnswerTheSame()
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.GetSnapshot = id => Task.FromResult(id == "foreign" ? Ended with { UserId = "bob" } : null);
        var sentences = new HashSet<string>();

        foreach (var path in new[] { "status/unknown", "status/foreign", "status/a.b", "status/a%2Fb", "status/" + new string('a', 129), "status-sync/foreign?wait=1000", "status-sync/x%20y" })
        {
            using var response = await api.Client.GetAsync($"/v2/echo/{path}");
            sentences.Add(await response.AssertErrorAsync(404, "job_not_found"));
        }

        Assert.Single(sentences);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData(null)]
    public async Task Cancel_OpenJob_IgnoresTheBody(string? body)
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.Cancel = (id, user) => new CancelResult(CancelOutcome.Cancelled, Ended with { JobId = id, Status = JobStatus.Cancelled, Output = null });
        using var content = body is null ? null : HttpAnswers.Json(body);

        using var response = await api.Client.PostAsync("/v2/echo/cancel/job-9", content);

        Assert.Equal("""{"id":"job-9","status":"CANCELLED","delayTime":12,"executionTime":345}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Cancel_EndedJob_AnswersItAsItIs()
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.Cancel = (_, user) => user == StubCluster.User ? new CancelResult(CancelOutcome.AlreadyEnded, Ended) : throw new NotSupportedException();

        using var response = await api.Client.PostAsync("/v2/echo/cancel/job-1", content: null);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("COMPLETED", (await response.ReadJsonAsync()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Cancel_UnknownJob_Answers404()
    {
        await using var api = await StubApi.StartAsync();

        using var response = await api.Client.PostAsync("/v2/echo/cancel/job-1", content: null);

        await response.AssertErrorAsync(404, "job_not_found");
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, ",\"unhealthyReasons\":[\"no weights\"]")]
    public async Task Health_Always_CountsJobsAndWorkers(bool unhealthy, string tail)
    {
        await using var api = await StubApi.StartAsync();
        api.Cluster.Health = () => new EndpointHealth
        {
            Completed = 1,
            Failed = 2,
            InProgress = 3,
            InQueue = 4,
            Retried = 5,
            Workers = new() { [WorkerState.Idle] = 2, [WorkerState.Running] = 3, [WorkerState.Throttled] = 4, [WorkerState.Unhealthy] = 1 },
            UnhealthyReasons = unhealthy ? ["no weights"] : [],
        };

        using var response = await api.Client.GetAsync("/v2/echo/health");

        const string Counts = """
            {"jobs":{"completed":1,"failed":2,"inProgress":3,"inQueue":4,"retried":5},"workers":{"idle":2,"initializing":0,"ready":5,"running":3,"throttled":4,"unhealthy":1}
            """;
        Assert.Equal(Counts + tail + "}", await response.Content.ReadAsStringAsync());
    }
}
