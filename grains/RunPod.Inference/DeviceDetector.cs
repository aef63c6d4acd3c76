namespace RunPod.Inference;

/// <summary>Finds the devices of this machine on which models can run.</summary>
public static class DeviceDetector
{
    /// <summary>
    /// In the CUDA build one device per CUDA device, as the driver numbers them; <c>cpu:0</c> where there is none, and in the CPU build.
    /// Never fails: a machine without a driver is a machine without a GPU.
    /// </summary>
    public static IReadOnlyList<InferenceDevice> Detect()
    {
#if CUDA
        var gpus = CudaDriver.DeviceNames();
        if (gpus.Count > 0)
        {
            return [.. gpus.Select((name, ordinal) => new InferenceDevice(FormattableString.Invariant($"cuda:{ordinal}"), name))];
        }
#endif
        return [new InferenceDevice("cpu:0", "CPU")];
    }
}
