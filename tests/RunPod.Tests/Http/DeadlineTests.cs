using Microsoft.Extensions.Time.Testing;
using RunPod.Contracts.Jobs;
using RunPod.Contracts.Keys;
using RunPod.Tests.Http.Stubs;
using RunPod.Tests.Support;

namespace RunPod.Tests.Http;

/// <summary>A request is answered in time, whatever hangs behind it.</summary>
public sealed class DeadlineTests
{
    private const string JobId = "0b3f8e0e-1111-4222-8333-444455556666-e1";

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    [Theory]
    [InlineData("POST", "run")]
    [InlineData("POST", "runsync")]
    [InlineData("GET", "status/" + JobId)]
    [InlineData("GET", "status-sync/" + JobId)]
    [InlineData("GET", "stream/" + JobId)]
    [InlineData("GET", "stream/" + JobId + "?wait=100")]
    public async Task AnyRequest_ClusterHangs_Answers503WithRetryAfter(string method, string path)
    {
        await using var api = await StubApi.StartAsync(_clock);
        api.Cluster.Submit = _ => new TaskCompletionSource<SubmitOutcome>().Task;
        api.Cluster.GetSnapshot = _ => new TaskCompletionSource<JobSnapshot?>().Task;
        api.Cluster.DrainStream = (_, _) => new TaskCompletionSource<JobStream?>().Task;
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v2/{StubCluster.Endpoint}/{path}") { Content = method == "POST" ? HttpAnswers.Json("""{"input":1}""") : null };

        using var response = await AnswerAsync(api.Client.SendAsync(request));

        await response.AssertErrorAsync(503, "unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task AnyRequest_KeyCannotBeLookedUp_Answers503()
    {
        await using var api = await StubApi.StartAsync(_clock);
        api.Cluster.ReadKey = _ => new TaskCompletionSource<ApiKeyInfo?>().Task;

        using var response = await AnswerAsync(api.Client.GetAsync($"/v2/{StubCluster.Endpoint}/status/{JobId}"));

        await response.AssertErrorAsync(503, "unavailable");
    }

    [Fact]
    public async Task Run_BodyComesInSlowly_IsNotCounted()
    {
        await using var api = await StubApi.StartAsync(_clock);
        await using var connection = await RawConnection.OpenAsync(api.Address);

        await connection.SendAsync(
            $"POST /v2/{StubCluster.Endpoint}/run HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {api.Cluster.KeyText}\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");

        // Kestrel says so when the handler begins to read.
        Assert.StartsWith("HTTP/1.1 100", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await connection.SendAsync("""{"input":1}""");

        Assert.StartsWith("HTTP/1.1 200", await connection.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00:00:00.05")]
    [InlineData("00:01:00")]
    public async Task Start_DeadlineOutOfRange_NamesTheSetting(string deadline)
    {
        var exception = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => StubApi.StartAsync(("Requests:Deadline", deadline)));

        Assert.Contains("Requests:Deadline", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Lets time go by until there is an answer, wherever the request is when it does.</summary>
    private async Task<HttpResponseMessage> AnswerAsync(Task<HttpResponseMessage> response)
    {
        await Eventually.HoldsAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(250));
                return response.IsCompleted;
            },
            "the request is answered",
            Eventually.LongLimit);
        return await response;
    }
}
