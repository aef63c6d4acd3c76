using RunPod.Tests.Http;
using RunPod.Tests.Models;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

[Collection(nameof(SharedSilosCollection))]
public sealed class StreamTests(SharedSilos silos)
{
    [Theory, Stores]
    public async Task Run_WithPreviews_ShowsProgressAndGivesTheSamePicture(StoreKind store)
    {
        using var client = new JobClient((await silos.GetAsync(store)).CreateClient());
        var plain = await client.SubmitAsync(new { prompt = "a red circle on a blue background", seed = 3, num_inference_steps = 20 });
        var jobId = await client.SubmitAsync(new { prompt = "a red circle on a blue background", seed = 3, num_inference_steps = 20, preview = 10 });
        var (chunks, done) = await client.ReadEventsAsync(jobId);

        var steps = chunks.ConvertAll(chunk => chunk.GetProperty("step").GetInt32());
        Assert.Equal(steps.Distinct().Order(), steps);
        Assert.Equal(20, steps[^1]);
        var preview = Assert.Single(chunks, chunk => chunk.TryGetProperty("preview", out _));
        Assert.Equal("""{"progress":0.5,"step":10,"steps":20,"picture":1,"pictures":1,"preview":""", preview.GetRawText().Split("\"http")[0]);
        using var anybody = new HttpClient();
        var rgba = Pictures.Decode(await anybody.GetByteArrayAsync(preview.GetProperty("preview").GetString()), out var width, out var height);
        Assert.Equal((128, 128), (width, height));
        Assert.True(Pictures.Centre(rgba, 128, 128) is { Red: > 150, Blue: < 130 });

        var expected = await JobClient.FetchPictureAsync(await client.WaitForAsync(plain, "COMPLETED"));
        Assert.Equal(expected, await JobClient.FetchPictureAsync(done));
        Assert.Equal(done.GetRawText(), await client.StatusTextAsync(jobId));
    }

    [Theory, Stores]
    public async Task Status_LongJob_ShowsProgressThatGrows(StoreKind store)
    {
        using var client = new JobClient((await silos.GetAsync(store)).CreateClient());
        var jobId = await client.SubmitAsync(JobClient.LongInput);
        var seen = new List<double>();
        await Eventually.HoldsAsync(
            async () =>
            {
                if ((await client.StatusAsync(jobId)).TryGetProperty("output", out var progress))
                {
                    seen.Add(progress.GetProperty("progress").GetDouble());
                }

                return seen.Distinct().Count() >= 2;
            },
            "progress grows",
            Eventually.LongLimit);

        await client.CancelAsync(jobId);

        Assert.Equal(seen.Order(), seen);
        Assert.False((await client.StatusAsync(jobId)).TryGetProperty("output", out _));
        using var stream = await client.Http.GetAsync($"/v2/{JobClient.Endpoint}/stream/{jobId}");
        Assert.NotEmpty((await stream.ReadJsonAsync()).GetProperty("stream").EnumerateArray());
    }
}
