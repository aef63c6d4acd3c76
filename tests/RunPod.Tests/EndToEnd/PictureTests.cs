using RunPod.Tests.Models;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

[Collection(nameof(SharedSilosCollection))]
public sealed class PictureTests(SharedSilos silos)
{
    [Theory, Stores]
    public async Task Run_RedCircleOnBlue_PictureShowsIt(StoreKind store)
    {
        var rgba = await DrawAsync(store, "a red circle on a blue background", seed: 3);

        Assert.True(Pictures.Centre(rgba, 128, 128) is { Red: > 180, Green: < 100, Blue: < 100 });
        Assert.All(Pictures.Corners(rgba, 128, 128), corner => Assert.True(corner is { Red: < 100, Green: < 130, Blue: > 150 }, $"A corner is {corner}."));
    }

    [Theory, Stores]
    public async Task Run_FlyingDog_PictureIsNotUniform(StoreKind store)
    {
        var rgba = await DrawAsync(store, "a cute magical flying dog, fantasy art drawn by disney concept artists", seed: 11);

        var average = new byte[4];
        for (var channel = 0; channel < 4; channel++)
        {
            average[channel] = (byte)Enumerable.Range(0, 128 * 128).Average(pixel => rgba[(pixel * 4) + channel]);
        }

        var uniform = Enumerable.Repeat(average, 128 * 128).SelectMany(pixel => pixel).ToArray();
        Assert.InRange(Pictures.Difference(uniform, rgba), 10, 255);
    }

    [Theory, Stores]
    public async Task Run_SameSeedTwice_SameBytes(StoreKind store)
    {
        var input = new { prompt = "a yellow star at night", seed = 42, num_inference_steps = 20 };

        var first = await RunAsync(store, input);
        var second = await RunAsync(store, input);
        var otherSeed = await RunAsync(store, new { input.prompt, seed = 43, input.num_inference_steps });

        Assert.Equal(first, second);
        Assert.NotEqual(first, otherSeed);
    }

    private async Task<byte[]> DrawAsync(StoreKind store, string prompt, int seed)
    {
        var rgba = Pictures.Decode(await RunAsync(store, new { prompt, seed }), out var width, out var height);
        Assert.Equal((128, 128), (width, height));
        return rgba;
    }

    private async Task<byte[]> RunAsync(StoreKind store, object input)
    {
        using var client = new JobClient((await silos.GetAsync(store)).CreateClient());
        return await JobClient.FetchPictureAsync(await client.WaitForAsync(await client.SubmitAsync(input), "COMPLETED"));
    }
}
