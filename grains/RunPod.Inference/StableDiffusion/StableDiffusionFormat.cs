using RunPod.Inference.Json;

namespace RunPod.Inference.StableDiffusion;

/// <summary>
/// Stable Diffusion v1 in the layout that <c>optimum-cli export onnx --task text-to-image</c> writes: <c>model_index.json</c>, <c>tokenizer/</c>,
/// <c>text_encoder/</c>, <c>unet/</c>, <c>vae_decoder/</c> and <c>scheduler/scheduler_config.json</c>, in float32 or float16, with external data or without.
/// </summary>
public sealed class StableDiffusionFormat(StableDiffusionOptions options) : IModelFormat
{
    private const string Index = "model_index.json";

    private static readonly HashSet<string> Pipelines = new(StringComparer.Ordinal)
    {
        "StableDiffusionPipeline", "OnnxStableDiffusionPipeline", "ORTStableDiffusionPipeline",
    };

    /// <inheritdoc/>
    public bool Recognises(string folder)
    {
        try
        {
            return ModelJson.ReadOptional(Path.Combine(folder, Index)) is { } index && index.Text("_class_name") is { } name && Pipelines.Contains(name);
        }
        catch (ModelLoadException)
        {
            // Of this kind, but broken: loading says what is wrong.
            return Directory.Exists(Path.Combine(folder, "unet"));
        }
    }

    /// <summary>Loads the model of a folder onto a device.</summary>
    /// <returns>A runtime whose runs take the input of RunPod's Stable Diffusion v1 endpoint and give one PNG file per picture.</returns>
    /// <exception cref="ModelLoadException">A file is missing or broken, or the model is not a Stable Diffusion v1 model; the message names the file and says what to do.</exception>
    public IModelRuntime Load(string folder, InferenceDevice device) => LoadRuntime(folder, device);

    internal StableDiffusionRuntime LoadRuntime(string folder, InferenceDevice device)
    {
        var index = ModelJson.Read(Path.Combine(folder, Index));
        if (index.Text("_class_name") is not { } name || !Pipelines.Contains(name))
        {
            throw new ModelLoadException($"{index.File}: _class_name is '{index.Text("_class_name")}', which is not a Stable Diffusion v1 pipeline. Serve a StableDiffusionPipeline.");
        }

        return new StableDiffusionRuntime(StableDiffusionModel.Load(folder, device, options), options);
    }
}
