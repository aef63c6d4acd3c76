using System.Globalization;
using System.Net;
using RunPod.Tests.Http;
using RunPod.Tests.Support;
using Xunit.Abstractions;

namespace RunPod.Tests.EndToEnd;

/// <summary>
/// Redis fails under load and comes back. How long it is away can be set with RUNPOD_OUTAGE_SECONDS, for a look at outages of minutes.
/// </summary>
public sealed class RedisFaultTests(RedisFaultSilos silos, ITestOutputHelper output) : IClassFixture<RedisFaultSilos>
{
    // Longer than the connection's own timeout of 5 seconds.
    private static readonly TimeSpan Outage =
        TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("RUNPOD_OUTAGE_SECONDS") ?? "7", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(RedisFault.Down)]
    [InlineData(RedisFault.Hung)]
    [InlineData(RedisFault.Full)]
    [InlineData(RedisFault.ReadOnly)]
    public async Task Run_RedisFailsForAWhile_AnswersAllAndLosesNoAcceptedJob(RedisFault fault)
    {
        await using var load = new SteadyLoad(silos.Clients, SiloProcess.TestEndpoint);
        await Eventually.HoldsAsync(() => load.Accepted.Count() >= 20, "jobs are accepted", Eventually.LongLimit);

        var mend = await silos.BeginAsync(fault);
        var began = load.Now;
        await Eventually.HoldsAsync(
            () => load.Now - began >= Outage && load.Refused.Count(answer => answer.BeganAt > began) >= 10, "requests are refused", Outage + Eventually.LongLimit);
        await mend();
        var mended = load.Now;
        await Eventually.HoldsAsync(
            () => load.Accepted.Where(answer => answer.BeganAt > mended).Select(answer => answer.FrontEnd).Distinct().Count() == 2, "both front ends accept jobs again", Eventually.LongLimit);
        await load.StopAsync();
        Report(fault, load, began, mended);

        Assert.All(load.Refused, answer =>
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
            Assert.NotNull(answer.RetryAfter);
            Assert.Equal("unavailable", answer.Body.GetProperty("code").GetString());
        });
        if (fault == RedisFault.Full)
        {
            Assert.Contains(load.Refused, answer => answer.Body.GetProperty("error").GetString()!.Contains("store is full", StringComparison.Ordinal));
        }

        foreach (var answer in load.Accepted)
        {
            await WaitForCompletionAsync(silos.Clients[answer.FrontEnd], answer.JobId!);
        }

        Assert.All(silos.Silos, silo => Assert.False(silo.HasExited));
        await Eventually.HoldsAsync(BothSeeBothWorkersAsync, "the silos are one cluster", Eventually.LongLimit);
    }

    private static Task WaitForCompletionAsync(HttpClient client, string jobId) => Eventually.HoldsAsync(
        async () =>
        {
            using var response = await client.GetAsync($"/v2/{SiloProcess.TestEndpoint}/status/{jobId}");
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return false;
            }

            var job = await response.ReadJsonAsync();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var status = job.GetProperty("status").GetString();
            Assert.True(status is "COMPLETED" or "IN_QUEUE" or "IN_PROGRESS", $"Job {jobId} is {job}");
            return status == "COMPLETED";
        },
        $"job {jobId} is completed",
        Eventually.LongLimit);

    private async Task<bool> BothSeeBothWorkersAsync()
    {
        foreach (var client in silos.Clients)
        {
            using var response = await client.GetAsync($"/v2/{SiloProcess.TestEndpoint}/health");
            if (!response.IsSuccessStatusCode || (await response.ReadJsonAsync()).GetProperty("workers").GetProperty("ready").GetInt32() != 2)
            {
                return false;
            }
        }

        return true;
    }

    private void Report(RedisFault fault, SteadyLoad load, TimeSpan began, TimeSpan mended)
    {
        var refused = load.Refused.Where(answer => answer.BeganAt > began && answer.BeganAt < mended).Select(answer => answer.Took.TotalMilliseconds).Order().ToArray();
        var first = load.Accepted.Where(answer => answer.EndedAt > mended).Min(answer => answer.EndedAt);
        var last = load.Refused.Select(answer => answer.EndedAt).Append(mended).Max();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{fault} for {(mended - began).TotalSeconds:0.0} s: {load.Accepted.Count()} accepted, {load.Refused.Count()} refused; time to 503 p50 {refused[refused.Length / 2]:0} ms, max {refused[^1]:0} ms; first accepted {(first - mended).TotalSeconds:0.0} s and last refused {(last - mended).TotalSeconds:0.0} s after its return"));
    }
}
