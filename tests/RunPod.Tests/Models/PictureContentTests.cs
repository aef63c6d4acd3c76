namespace RunPod.Tests.Models;

[Collection(nameof(DemoModel))]
public sealed class PictureContentTests(DemoModel demo)
{
    [Theory]
    [InlineData(3)]
    [InlineData(2024)]
    public void Run_RedCircleOnBlue_ShowsIt(int seed)
    {
        var result = demo.Runtime.Run(Pictures.Input(new { prompt = "a red circle on a blue background", seed }), CancellationToken.None);

        var file = Assert.Single(result.Files);
        Assert.Equal(("0.png", "image/png"), (file.Name, file.ContentType));
        var rgba = Pictures.Decode(file.Content.Span, out var width, out var height);
        Assert.Equal((128, 128), (width, height));
        var centre = Pictures.Centre(rgba, width, height);
        Assert.True(centre is { Red: > 180, Green: < 100, Blue: < 100 }, $"The centre is {centre}.");
        Assert.All(Pictures.Corners(rgba, width, height), corner => Assert.True(corner is { Red: < 100, Green: < 130, Blue: > 150 }, $"A corner is {corner}."));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(77)]
    public void Run_GreenSquareOnYellow_ShowsIt(int seed)
    {
        var result = demo.Runtime.Run(Pictures.Input(new { prompt = "a green square on a yellow background", seed }), CancellationToken.None);

        var rgba = Pictures.Decode(result.Files[0].Content.Span, out var width, out var height);
        var centre = Pictures.Centre(rgba, width, height);
        Assert.True(centre is { Red: < 130, Green: > 110, Blue: < 140 }, $"The centre is {centre}.");
        Assert.All(Pictures.Corners(rgba, width, height), corner => Assert.True(corner is { Red: > 180, Green: > 150, Blue: < 110 }, $"A corner is {corner}."));
    }
}
