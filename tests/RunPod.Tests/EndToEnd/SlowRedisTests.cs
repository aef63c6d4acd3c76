using System.Globalization;
using System.Net;
using RunPod.Tests.Http;
using RunPod.Tests.Support;
using Xunit.Abstractions;

namespace RunPod.Tests.EndToEnd;

public sealed class SlowRedisTests(ITestOutputHelper output)
{
    private const int Jobs = 8;
    private const int LargeInput = 9 * 1024 * 1024;

    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Run_RedisAnswersAfter200Milliseconds_AcceptsSmallAndLargeJobs()
    {
        using var redis = await RedisServer.StartAsync();
        await using var proxy = new SlowProxy(redis.Port, OneWay);
        await using var silo = await SiloProcess.StartWithTestModelAsync(redis, $"--ConnectionStrings:redis=127.0.0.1:{proxy.Port}");
        using var http = silo.CreateClient();
        using var client = new JobClient(http);
        await using var load = new SteadyLoad([http], SiloProcess.TestEndpoint);

        await Eventually.HoldsAsync(() => load.Answers.Count >= Jobs, "jobs are accepted", Eventually.LongLimit);
        await load.StopAsync();
        var large = await client.SubmitAsync(new { text = new string('x', LargeInput) }, endpoint: SiloProcess.TestEndpoint);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"/run with a Redis of {2 * OneWay.TotalMilliseconds} ms: p50 {load.Answers.Select(answer => answer.Took.TotalMilliseconds).Order().ElementAt(load.Answers.Count / 2):0} ms, max {load.Answers.Max(answer => answer.Took.TotalMilliseconds):0} ms"));
        Assert.Empty(load.Refused);
        foreach (var jobId in load.Accepted.Select(answer => answer.JobId!).Append(large))
        {
            await Eventually.HoldsAsync(() => IsCompletedAsync(http, jobId), $"job {jobId} is completed", Eventually.LongLimit);
        }
    }

    private static async Task<bool> IsCompletedAsync(HttpClient http, string jobId)
    {
        using var response = await http.GetAsync($"/v2/{SiloProcess.TestEndpoint}/status/{jobId}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.ReadJsonAsync()).GetProperty("status").GetString() == "COMPLETED";
    }
}
