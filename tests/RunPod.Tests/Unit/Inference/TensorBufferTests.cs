using Microsoft.ML.OnnxRuntime.Tensors;
using RunPod.Inference.Onnx;

namespace RunPod.Tests.Unit.Inference;

public sealed class TensorBufferTests
{
    [Fact]
    public void Reshape_CreationFails_LeavesTheTensorAsItWasAndFailsAgain()
    {
        using var buffer = new TensorBuffer(TensorElementType.Float);
        buffer.Reshape(2, 3);
        buffer.Write([1f, 2f, 3f, 4f, 5f, 6f]);
        var before = buffer.Value;

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Reshape(-1, -2));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Reshape(-1, -2));

        var read = new float[6];
        buffer.Read(read);
        Assert.Same(before, buffer.Value);
        Assert.Equal([2, 3], buffer.Value.GetTensorTypeAndShape().Shape);
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], read);
        Assert.False(buffer.Reshape(2, 3));
    }
}
