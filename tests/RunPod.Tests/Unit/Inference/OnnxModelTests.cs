using RunPod.Inference.Onnx;
using RunPod.Tests.Support;

namespace RunPod.Tests.Unit.Inference;

public sealed class OnnxModelTests
{
    [Fact]
    public void SizeOf_GraphWithExternalData_CountsBothAndNothingElse()
    {
        using var folder = new TempFolder();
        var unet = Directory.CreateDirectory(folder.Combine("unet")).FullName;
        File.WriteAllBytes(folder.Combine("model_index.json"), new byte[7]);
        File.WriteAllBytes(folder.Combine("README.md"), new byte[7]);
        File.WriteAllBytes(Path.Combine(unet, "config.json"), new byte[7]);
        File.WriteAllBytes(Path.Combine(unet, "model.onnx"), new byte[10]);
        File.WriteAllBytes(Path.Combine(unet, "model.onnx_data"), new byte[1000]);

        Assert.Equal(1010, OnnxModel.SizeOf(unet));
    }
}
