using System.Text;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Jobs;
using RunPod.Inference;
using RunPod.Tests.Support;

namespace RunPod.Tests.Unit.Inference;

public sealed class ErrorTextTests
{
    [Theory]
    [InlineData("", 3)]
    [InlineData("abc", 3)]
    [InlineData("aé", 3)]
    [InlineData("😀", 4)]
    public void Bound_TextThatFits_IsTheText(string text, int maxBytes) => Assert.Same(text, ErrorText.Bound(text, maxBytes));

    [Theory]
    [InlineData("abcdef", 5, "ab…")]
    [InlineData("aééé", 6, "aé…")]
    [InlineData("a😀😀", 7, "a…")]
    [InlineData("a😀😀", 8, "a😀…")]
    [InlineData("a\ud83d\ud83d", 6, "a…")]
    public void Bound_LongerText_EndsWithinTheLimitBetweenTwoCharacters(string text, int maxBytes, string expected)
    {
        var bounded = ErrorText.Bound(text, maxBytes);

        Assert.Equal(expected, bounded);
        Assert.InRange(Encoding.UTF8.GetByteCount(bounded), 0, maxBytes);
    }

    [Fact]
    public void Bound_MegabytesInAnException_EndWhereItIsMade()
    {
        var text = new string('ü', 5_000_000);

        Assert.Equal(ErrorText.MaxBytes - 1, Encoding.UTF8.GetByteCount(new ModelInputException(text).Message));
        Assert.Equal(ErrorText.MaxBytes - 1, Encoding.UTF8.GetByteCount(new ModelLoadException(text).Message));
    }

    [Fact]
    public void Apply_ReportWithALongError_JobKeepsItsBeginning()
    {
        var waiting = JobTransitions.Create(TestCluster.Submission("1"), TimeSpan.FromMinutes(30), DateTimeOffset.UnixEpoch);
        var running = waiting with { Status = JobStatus.InProgress, Attempt = 1 };

        var failed = JobTransitions.Apply(running, new JobEvent.Failed(DateTimeOffset.UnixEpoch, Attempt: 1, new string('x', 1_000_000)));

        Assert.Equal(ErrorText.MaxBytes, Encoding.UTF8.GetByteCount(failed.Error!));
    }

    [Theory]
    [InlineData("Could not find file '/srv/my models/sd/unet/model.onnx'.", "Could not find file 'model.onnx'.")]
    [InlineData("Could not find file 'C:\\my models\\unet\\model.onnx'.", "Could not find file 'model.onnx'.")]
    [InlineData("Load model from /srv/models/unet/model.onnx failed", "Load model from model.onnx failed")]
    [InlineData("[E] /onnxruntime_src/core/framework/bfc_arena.cc:376 no memory", "[E] bfc_arena.cc:376 no memory")]
    [InlineData("(/srv/models/)", "()")]
    [InlineData("See https://example.com/a/b and use 1/2 of a/b/c, and/or less", "See https://example.com/a/b and use 1/2 of a/b/c, and/or less")]
    public void WithoutFolders_AbsolutePaths_AreTheirNamesAlone(string text, string expected) => Assert.Equal(expected, ErrorText.WithoutFolders(text));

    [Theory]
    [InlineData("/srv/models/sd/unet/model.onnx is missing.", "unet/model.onnx is missing.")]
    [InlineData("'/srv/models/sd/unet/a part.onnx' and '/srv/other/b.onnx' differ.", "'unet/a part.onnx' and 'b.onnx' differ.")]
    [InlineData("The model folder /srv/models/sd does not exist.", "The model folder sd does not exist.")]
    public void WithinFolder_FilesOfTheFolder_KeepTheirPathInIt(string text, string expected)
    {
        Assert.Equal(expected, ErrorText.WithinFolder("/srv/models/sd", text));
        Assert.Equal(expected, ErrorText.WithinFolder("/srv/models/sd/", text));
    }
}
