using RunPod.Inference.StableDiffusion;

namespace RunPod.Tests.Unit.Inference;

public sealed class PreviewSpacingTests
{
    [Theory]
    [InlineData(0, 50, 499, 9, 0)]
    [InlineData(1, 50, 4, 1, 3)]
    [InlineData(2, 50, 8, 1, 3)]
    [InlineData(1, 50, 51, 1, 50)]
    [InlineData(1, 50, 52, 1, 25)]
    [InlineData(1, 50, 499, 1, 49)]
    [InlineData(1, 50, 499, 9, 45)]
    [InlineData(100, 50, 499, 9, 36)]
    [InlineData(1, 5, 499, 9, 0)]
    [InlineData(1, 0, 499, 1, 0)]
    [InlineData(1, int.MaxValue, 499, 9, 4482)]
    [InlineData(int.MaxValue, 50, 499, 9, 0)]
    public void HasPreview_SoManyStepsOfSoManyPictures_IsDueSoOften(int every, int atMost, int steps, int pictures, int expected)
    {
        var due = from picture in Enumerable.Range(1, pictures)
                  from step in Enumerable.Range(1, steps)
                  where new PictureProgress(step, steps, picture, pictures).HasPreview(every, atMost)
                  select step;

        Assert.Equal(expected, due.Count());
    }
}
