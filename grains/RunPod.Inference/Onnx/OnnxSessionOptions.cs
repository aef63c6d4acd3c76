using Microsoft.ML.OnnxRuntime;

namespace RunPod.Inference.Onnx;

/// <summary>How sessions run on a device.</summary>
internal static class OnnxSessionOptions
{
    // There is no session without options.
    static OnnxSessionOptions() => OnnxTelemetry.TurnOff();

    public static SessionOptions For(InferenceDevice device, int threads)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            // A pattern is one block per shape beside what the arena already holds: it doubled a full-size model's activations and saved no time.
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Threads that spin while they wait take the cores that other slots need.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        if (device.IsCuda)
        {
            AddCuda(options, device.Ordinal);
        }

        return options;
    }

#if CUDA
    private static void AddCuda(SessionOptions options, int ordinal)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string>
        {
            ["device_id"] = ordinal.ToString(System.Globalization.CultureInfo.InvariantCulture),
            // Doubling the arena instead would take most of a device for its first large picture.
            ["arena_extend_strategy"] = "kSameAsRequested",
        });
        options.AppendExecutionProvider_CUDA(cuda);
    }
#else
    private static void AddCuda(SessionOptions options, int ordinal) => throw new ModelLoadException(
        $"cuda:{ordinal} needs the CUDA build: publish with -p:Accelerator=cuda, or serve the model on cpu:0.");
#endif
}
