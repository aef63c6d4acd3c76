namespace RunPod.Tests.Models;

[Collection(nameof(DemoModel))]
public sealed class ProgressTests(DemoModel demo)
{
    [Fact]
    public void Run_SeveralOutputs_ReportsEveryStepOfAllPictures()
    {
        var output = new KeptOutput();

        demo.Runtime.Run(Pictures.Input(new { prompt = "a cat", seed = 1, num_outputs = 2, num_inference_steps = 4 }), output, CancellationToken.None);

        Assert.Equal(
            ["""{"progress":0.125,"step":1,"steps":4,"picture":1,"pictures":2}""", """{"progress":1,"step":4,"steps":4,"picture":2,"pictures":2}"""],
            [output.Progress[0].GetRawText(), output.Progress[^1].GetRawText()]);
        Assert.Equal(Enumerable.Range(1, 8).Select(step => step / 8.0), output.Progress.Select(progress => progress.GetProperty("progress").GetDouble()));
        Assert.Empty(output.Files);
    }

    [Theory]
    [InlineData("DDIM")]
    [InlineData("DPM-M")]
    [InlineData("EULER-A")]
    [InlineData("EULER-D")]
    [InlineData("K-LMS")]
    [InlineData("PNDM")]
    public void Run_WithPreviews_GivesTheSamePicture(string scheduler)
    {
        var without = demo.Runtime.Run(Pictures.Input(new { prompt = "a red circle", seed = 1, scheduler, num_inference_steps = 6, width = 72 }), CancellationToken.None);
        var output = new KeptOutput();

        var with = demo.Runtime.Run(Pictures.Input(new { prompt = "a red circle", seed = 1, scheduler, num_inference_steps = 6, width = 72, preview = 2 }), output, CancellationToken.None);

        Assert.Equal(without.Files[0].Content.ToArray(), with.Files[0].Content.ToArray());
        Assert.Equal(scheduler == "PNDM" ? ["preview-0-2.png", "preview-0-4.png", "preview-0-6.png"] : ["preview-0-2.png", "preview-0-4.png"], output.Files.Select(file => file.Name));
        Assert.Equal("https://store/preview-0-2.png?a=1&b=2", output.Progress[1].GetProperty("preview").GetString());
        Assert.All(output.Files, file =>
        {
            Pictures.Decode(file.Content.Span, out var width, out var height);
            Assert.Equal((72, 128, "image/png"), (width, height, file.ContentType));
        });
    }

    [Theory]
    [InlineData("DDIM")]
    [InlineData("DPM-M")]
    [InlineData("EULER-A")]
    [InlineData("EULER-D")]
    [InlineData("K-LMS")]
    [InlineData("PNDM")]
    public void Run_PreviewHalfWay_ShowsWhatThePictureBecomes(string scheduler)
    {
        var output = new KeptOutput();

        var result = demo.Runtime.Run(
            Pictures.Input(new { prompt = "a red circle on a blue background", seed = 3, scheduler, num_inference_steps = 20, preview = 10 }), output, CancellationToken.None);

        var preview = Pictures.Decode(output.Files[0].Content.Span, out _, out _);
        var picture = Pictures.Decode(result.Files[0].Content.Span, out _, out _);
        Assert.InRange(Pictures.Difference(picture, preview), 0, 25);
    }
}
