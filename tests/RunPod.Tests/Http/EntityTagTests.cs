using RunPod.Contracts.Jobs;
using RunPod.Tests.Http.Stubs;

namespace RunPod.Tests.Http;

public sealed class EntityTagTests
{
    private const string Path = "/v2/echo/status/job-1";

    private static readonly JobSnapshot Job = new() { JobId = "job-1", UserId = StubCluster.User, Status = JobStatus.InProgress };

    [Theory]
    [InlineData("{0}")]
    [InlineData("W/{0}")]
    [InlineData("\"a\", W/\"b\", {0}")]
    [InlineData("*")]
    public async Task Status_ClientHasIt_Answers304WithoutBody(string ifNoneMatch)
    {
        await using var api = await StartAsync();
        var (_, tag) = await GetAsync(api);

        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch.Replace("{0}", tag, StringComparison.Ordinal));
        using var response = await api.Client.SendAsync(request);

        Assert.Equal((304, ""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal((tag, "no-cache, private"), (response.Headers.ETag?.ToString(), response.Headers.CacheControl?.ToString()));
    }

    [Theory]
    [InlineData("\"a\"")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task Status_ClientHasAnother_AnswersTheJob(string ifNoneMatch)
    {
        await using var api = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);

        using var response = await api.Client.SendAsync(request);

        Assert.Equal("""{"id":"job-1","status":"IN_PROGRESS","retries":0}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Status_Post_AnswersTheJobAlways()
    {
        await using var api = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path);
        request.Headers.TryAddWithoutValidation("If-None-Match", "*");

        using var response = await api.Client.SendAsync(request);

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Status_AnythingChanges_HasAnotherTag()
    {
        await using var api = await StartAsync();
        JobSnapshot[] states =
        [
            Job, Job with { DelayTime = 1 }, Job with { Output = "{\"step\":1}"u8.ToArray() }, Job with { Output = "{\"step\":2}"u8.ToArray() },
            Job with { Status = JobStatus.Completed, Output = "1"u8.ToArray() }, Job with { Status = JobStatus.Failed, Error = "why" },
        ];
        var tags = new List<string>();

        foreach (var state in states)
        {
            api.Cluster.GetSnapshot = _ => Task.FromResult<JobSnapshot?>(state);
            var (_, first) = await GetAsync(api);
            var (_, again) = await GetAsync(api);
            Assert.Equal(first, again);
            tags.Add(first);
        }

        Assert.Equal(states.Length, tags.Distinct().Count());
        Assert.All(tags, tag => Assert.Matches("^\"[0-9a-f]{32}\"$", tag));
    }

    private static async Task<StubApi> StartAsync()
    {
        var api = await StubApi.StartAsync();
        api.Cluster.GetSnapshot = _ => Task.FromResult<JobSnapshot?>(Job);
        return api;
    }

    private static async Task<(string Body, string Tag)> GetAsync(StubApi api)
    {
        using var response = await api.Client.GetAsync(Path);
        return (await response.Content.ReadAsStringAsync(), response.Headers.ETag!.ToString());
    }
}
