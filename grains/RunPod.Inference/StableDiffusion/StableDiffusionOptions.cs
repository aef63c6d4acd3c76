namespace RunPod.Inference.StableDiffusion;

/// <summary>Limits and threads of Stable Diffusion models. The defaults are those of RunPod's endpoint.</summary>
public sealed class StableDiffusionOptions
{
    /// <summary>The largest area of a picture, width × height, in pixels: the memory of a run grows with it.</summary>
    public int MaxPixels { get; set; } = 786_432;

    /// <summary>
    /// Up to this area the prompt and the negative prompt of a step share one call of the UNet. Beyond it they take one call each, and memory is
    /// given back after each call: attention's memory grows with the square of the area, and a large picture must not take the process down.
    /// </summary>
    public int MaxBatchedPixels { get; set; } = 512 * 512;

    /// <summary>The most <c>num_inference_steps</c> that a request may ask for.</summary>
    public int MaxSteps { get; set; } = 499;

    /// <summary>The most <c>num_outputs</c> that a request may ask for. Pictures of one request are made one after another.</summary>
    public int MaxOutputs { get; set; } = 9;

    /// <summary>
    /// The most previews of a request, of all its pictures together: each costs a decoding and a file. Where <c>preview</c> asks for more, they are further apart.
    /// </summary>
    public int MaxPreviews { get; set; } = 50;

    /// <summary>
    /// Threads within one operator on a CPU. 0 chooses: one where the UNet is smaller than <see cref="SmallModelBytes"/>, since two jobs
    /// side by side then finish sooner than one job on two threads; all cores otherwise.
    /// </summary>
    public int IntraOpThreads { get; set; }

    /// <summary>Below this size of the UNet, in bytes, a model counts as small.</summary>
    public long SmallModelBytes { get; set; } = 100_000_000;
}
