using Microsoft.ML.OnnxRuntime.Tensors;
using RunPod.Inference.Json;
using RunPod.Inference.Onnx;
using RunPod.Inference.Schedulers;
using RunPod.Inference.Tokenization;

namespace RunPod.Inference.StableDiffusion;

/// <summary>A model's parts, loaded and checked against each other. Shared by every run.</summary>
internal sealed class StableDiffusionModel : IDisposable
{
    private StableDiffusionModel(ClipTokenizer tokenizer, PictureShape shape, SchedulerConfig scheduler, OnnxModel textEncoder, OnnxModel unet, OnnxModel vae, bool isCuda)
    {
        (Tokenizer, Shape, Scheduler, TextEncoder, Unet, Vae, IsCuda) = (tokenizer, shape, scheduler, textEncoder, unet, vae, isCuda);

        TextEncoder.RequireInputs(Names.InputIds);
        Unet.RequireInputs(Names.Sample, Names.Timestep, Names.Hidden);
        Vae.RequireInputs(Names.Latents);
        HiddenOutput = TextEncoder.Outputs.ContainsKey(Names.LastHidden) ? Names.LastHidden : TextEncoder.Outputs.Keys.First();
        UnetOutput = Unet.Outputs.Keys.First();
        VaeOutput = Vae.Outputs.Keys.First();
        HiddenSize = Width(TextEncoder, HiddenOutput);

        foreach (var part in new[] { TextEncoder, Unet, Vae })
        {
            RequireTypes(part);
        }

        RequireFree(TextEncoder, Names.InputIds, 0);
        RequireFree(Unet, Names.Sample, 0, 2, 3);
        RequireFree(Unet, Names.Hidden, 0);
        RequireFree(Vae, Names.Latents, 2, 3);
        RequireEqual(Unet, Names.Sample, 1, shape.LatentChannels);
        RequireEqual(Unet, Names.Hidden, 2, HiddenSize);
        RequireEqual(Vae, Names.Latents, 1, shape.LatentChannels);
    }

    public ClipTokenizer Tokenizer { get; }

    public PictureShape Shape { get; }

    public SchedulerConfig Scheduler { get; }

    public OnnxModel TextEncoder { get; }

    public OnnxModel Unet { get; }

    public OnnxModel Vae { get; }

    public bool IsCuda { get; }

    /// <summary>Values per token that the text encoder gives and the UNet takes.</summary>
    public int HiddenSize { get; }

    public string HiddenOutput { get; }

    public string UnetOutput { get; }

    public string VaeOutput { get; }

    /// <summary>The timestep's shape: exports have it of rank 0 or 1.</summary>
    public long[] TimestepShape => Array.ConvertAll(Unet.Input(Names.Timestep).Dimensions, size => (long)Math.Max(size, 1));

    public static StableDiffusionModel Load(string folder, InferenceDevice device, StableDiffusionOptions options)
    {
        var scheduler = SchedulerConfig.From(ModelJson.Read(Path.Combine(folder, "scheduler", "scheduler_config.json")));
        SolverVariant.From(scheduler);
        var shape = PictureShape.Read(folder);
        var tokenizer = ClipTokenizer.Load(Path.Combine(folder, "tokenizer"));
        var unetFolder = Path.Combine(folder, "unet");
        var threads = options.IntraOpThreads > 0 ? options.IntraOpThreads
            : Directory.Exists(unetFolder) && OnnxModel.SizeOf(unetFolder) < options.SmallModelBytes ? 1
            : Environment.ProcessorCount;

        var parts = new List<OnnxModel>();
        try
        {
            foreach (var part in (string[])["unet", "text_encoder", "vae_decoder"])
            {
                parts.Add(OnnxModel.Load(Path.Combine(folder, part), device, threads));
            }

            return new StableDiffusionModel(tokenizer, shape, scheduler, parts[1], parts[0], parts[2], device.IsCuda);
        }
        catch
        {
            parts.ForEach(part => part.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        TextEncoder.Dispose();
        Unet.Dispose();
        Vae.Dispose();
    }

    private static int Width(OnnxModel part, string output)
    {
        var size = part.Outputs[output].Dimensions[^1];
        return size > 0 ? size : throw new ModelLoadException($"{part.File}: the last dimension of {output} is not fixed. Export the model again with 'optimum-cli export onnx --task text-to-image'.");
    }

    private static void RequireTypes(OnnxModel part)
    {
        foreach (var (name, metadata) in part.Inputs.Concat(part.Outputs))
        {
            if (!metadata.IsTensor || !TensorBuffer.IsSupported(metadata.ElementDataType))
            {
                throw new ModelLoadException($"{part.File}: {name} is of type {metadata.ElementDataType}. Export the model in float32 or float16.");
            }
        }

        if (part.Inputs.TryGetValue(Names.InputIds, out var ids) && ids.ElementDataType is not (TensorElementType.Int32 or TensorElementType.Int64))
        {
            throw new ModelLoadException($"{part.File}: {Names.InputIds} is of type {ids.ElementDataType}, not of an integer type. Export the model again.");
        }
    }

    private static void RequireFree(OnnxModel part, string input, params ReadOnlySpan<int> dimensions)
    {
        foreach (var dimension in dimensions)
        {
            if (part.Input(input).Dimensions is var sizes && (sizes.Length <= dimension || sizes[dimension] > 0))
            {
                throw new ModelLoadException($"{part.File}: dimension {dimension} of {input} is fixed. Export the model again without '--no-dynamic-axes', so that sizes and batches can differ.");
            }
        }
    }

    private static void RequireEqual(OnnxModel part, string input, int dimension, int expected)
    {
        if (part.Input(input).Dimensions is var sizes && sizes[dimension] is > 0 and var size && size != expected)
        {
            throw new ModelLoadException($"{part.File}: dimension {dimension} of {input} is {size} where the rest of the model has {expected}. Put parts of one and the same export into the folder.");
        }
    }

    /// <summary>Names of the graphs' inputs and outputs in Optimum's exports.</summary>
    internal static class Names
    {
        public const string InputIds = "input_ids";
        public const string LastHidden = "last_hidden_state";
        public const string Sample = "sample";
        public const string Timestep = "timestep";
        public const string Hidden = "encoder_hidden_states";
        public const string Latents = "latent_sample";
    }
}
