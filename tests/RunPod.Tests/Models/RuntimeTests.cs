using Microsoft.ML.OnnxRuntime;
using RunPod.Inference;
using RunPod.Inference.StableDiffusion;

namespace RunPod.Tests.Models;

[Collection(nameof(DemoModel))]
public sealed class RuntimeTests(DemoModel demo)
{
    [Fact]
    public void Run_SameSeed_GivesTheSameBytes()
    {
        var input = Pictures.Input(new { prompt = "a gold star", seed = 9, num_inference_steps = 5 });

        var first = demo.Runtime.Run(input, CancellationToken.None);
        var second = demo.Runtime.Run(input, CancellationToken.None);

        Assert.Equal(first.Files[0].Content.ToArray(), second.Files[0].Content.ToArray());
    }

    [Fact]
    public void Run_SeveralOutputs_EachIsThePictureOfItsReportedSeed()
    {
        var all = demo.Runtime.Run(Pictures.Input(new { prompt = "a pink heart", seed = 40, num_outputs = 3, num_inference_steps = 4 }), CancellationToken.None);
        var last = demo.Runtime.Run(Pictures.Input(new { prompt = "a pink heart", seed = 42, num_inference_steps = 4 }), CancellationToken.None);

        Assert.Equal(["0.png", "1.png", "2.png"], all.Files.Select(file => file.Name));
        Assert.Equal(last.Files[0].Content.ToArray(), all.Files[2].Content.ToArray());
        Assert.NotEqual(all.Files[0].Content.ToArray(), all.Files[2].Content.ToArray());
    }

    [Fact]
    public void RenderOutput_OneUrlPerFile_ListsPicturesWithTheirSeeds()
    {
        var result = demo.Runtime.Run(Pictures.Input(new { prompt = "a ring", seed = 7, num_outputs = 2, num_inference_steps = 1 }), CancellationToken.None);

        var output = Pictures.Output(result, new Uri("https://store/0.png?a=1&b=2"), new Uri("https://store/1.png"));

        Assert.Equal("""[{"image":"https://store/0.png?a=1&b=2","seed":7},{"image":"https://store/1.png","seed":8}]""", output.GetRawText());
    }

    [Fact]
    public void RenderOutput_SeedNotGiven_ReportsOneOfTwoBytesThatReproducesThePicture()
    {
        var drawn = demo.Runtime.Run(Pictures.Input(new { prompt = "a ring", num_inference_steps = 2 }), CancellationToken.None);
        var seed = Pictures.Output(drawn, new Uri("https://store/0.png"))[0].GetProperty("seed").GetInt32();

        var again = demo.Runtime.Run(Pictures.Input(new { prompt = "a ring", num_inference_steps = 2, seed }), CancellationToken.None);

        Assert.InRange(seed, 0, 65_535);
        Assert.Equal(drawn.Files[0].Content.ToArray(), again.Files[0].Content.ToArray());
    }

    [Fact]
    public async Task Run_FourAtOnce_EqualsOneAfterAnother()
    {
        var inputs = Enumerable.Range(0, 4).Select(i => Pictures.Input(new { prompt = $"a boat {i}", seed = i, num_inference_steps = 3, width = 64 + (64 * (i % 2)) })).ToList();
        var expected = inputs.ConvertAll(input => demo.Runtime.Run(input, CancellationToken.None).Files[0].Content.ToArray());

        var actual = await Task.WhenAll(inputs.Select(input => Task.Run(() => demo.Runtime.Run(input, CancellationToken.None).Files[0].Content.ToArray())));

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Run_SizeThatTheUNetCannotHalve_GivesThePictureOfThatSize()
    {
        var result = demo.Runtime.Run(Pictures.Input(new { prompt = "a cat", seed = 1, width = 72, height = 104, num_inference_steps = 2 }), CancellationToken.None);

        Pictures.Decode(result.Files[0].Content.Span, out var width, out var height);
        Assert.Equal((72, 104), (width, height));
    }

    [Fact]
    public void Run_PromptsInSeparateCalls_EqualsOneBatch()
    {
        using var runtime = new StableDiffusionFormat(new StableDiffusionOptions { MaxBatchedPixels = 0 }).LoadRuntime(GoldenData.DemoModel, new InferenceDevice("cpu:0", "CPU"));
        var input = Pictures.Input(new { prompt = "a house", seed = 2, num_inference_steps = 4 });

        var apart = Pictures.Decode(runtime.Run(input, CancellationToken.None).Files[0].Content.Span, out _, out _);
        var batched = Pictures.Decode(demo.Runtime.Run(input, CancellationToken.None).Files[0].Content.Span, out _, out _);

        Assert.InRange(Pictures.Difference(batched, apart), 0, 0.02);
    }

    [Fact]
    public void Run_CancelledWhileItRuns_StopsWithinAStep()
    {
        // Far more work than the test waits for. A cancellation may also fall between two steps, so it gets several chances.
        var input = Pictures.Input(new { prompt = "a castle", width = 256, height = 256, num_inference_steps = 499 });
        var stoppedWithin = false;
        for (var attempt = 0; attempt < 5 && !stoppedWithin; attempt++)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

            var stopped = Assert.ThrowsAny<OperationCanceledException>(() => demo.Runtime.Run(input, cancellation.Token));

            Assert.Equal(cancellation.Token, stopped.CancellationToken);
            stoppedWithin = stopped.InnerException is OnnxRuntimeException;
        }

        Assert.True(stoppedWithin);
    }

    [Fact]
    public void Run_AfterACancelledRun_GivesTheSamePicture()
    {
        using var cancelled = new CancellationTokenSource();
        var request = new PictureRequest { Prompt = "a robot", Width = 128, Height = 128, Steps = 3, Seed = 5, Outputs = 2 };
        var pictures = new List<byte[]>();
        Assert.ThrowsAny<OperationCanceledException>(() => demo.Runtime.Generate(
            request,
            (_, rgba) =>
            {
                pictures.Add(rgba.ToArray());
                cancelled.Cancel();
            },
            cancelled.Token));

        demo.Runtime.Generate(request with { Outputs = 1 }, (_, rgba) => pictures.Add(rgba.ToArray()), CancellationToken.None);

        Assert.Equal(2, pictures.Count);
        Assert.Equal(pictures[0], pictures[1]);
    }

    [Fact]
    public void WarmUp_CancelledToken_Throws() =>
        Assert.ThrowsAny<OperationCanceledException>(() => demo.Runtime.WarmUp(new CancellationToken(canceled: true)));

    [Fact]
    public void Run_WrongInput_ListsEveryFault()
    {
        var input = Pictures.Input(new { width = "wide", colour = 1, num_inference_steps = 0 });

        var fault = Assert.Throws<ModelInputException>(() => demo.Runtime.Run(input, CancellationToken.None));

        Assert.Equal(
            "Unexpected input. colour is not a valid input option. prompt is a required input. width should be <class 'int'> type, not <class 'str'>. num_inference_steps does not meet the constraints.",
            fault.Message);
    }
}
