using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using RunPod.Inference.Noise;
using RunPod.Inference.Schedulers;

namespace RunPod.Inference.StableDiffusion;

/// <summary>
/// Text to picture as diffusers' <c>StableDiffusionPipeline</c> does it: Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models" (2022),
/// with classifier-free guidance (Ho and Salimans, 2022). Latents stay float32 between steps, whatever the model computes in.
/// </summary>
internal sealed class DiffusionPipeline(StableDiffusionModel model)
{
    private readonly PicturePrediction _prediction = new(model.Scheduler);

    /// <summary>Encodes the prompts of a request into the workspace, the negative one first.</summary>
    public void Encode(Workspace workspace, PictureRequest request, RunOptions run, CancellationToken cancellationToken)
    {
        var ids = new int[model.Tokenizer.MaxLength];
        if (request.IsGuided)
        {
            model.Tokenizer.Encode(request.NegativePrompt, ids);
            workspace.Ids.Write(ids);
        }

        model.Tokenizer.Encode(request.Prompt, ids);
        workspace.Ids.Write(ids, (workspace.Prompts - 1) * ids.Length);
        workspace.RunTextEncoder(run, cancellationToken);
        workspace.HiddenOut.Read(workspace.Hidden);
    }

    /// <summary>Turns noise of a seed into latents, which are then in the workspace.</summary>
    public void Denoise(Workspace workspace, PictureRequest request, Int128 seed, StepHandler onStep, RunOptions run, CancellationToken cancellationToken)
    {
        // A negative seed is PyTorch's two's complement.
        var noise = new TorchGenerator(unchecked((ulong)seed));
        var scheduler = SchedulerCatalog.Create(request.Scheduler, model.Scheduler, request.Steps);
        var latents = workspace.Latents;
        noise.Fill(latents);
        TensorPrimitives.Multiply(latents, scheduler.InitNoiseSigma, latents);
        for (var i = 0; i < scheduler.Timesteps.Count; i++)
        {
            var timestep = scheduler.Timesteps[i];
            scheduler.ScaleModelInput(latents, workspace.Scaled);
            var prediction = Predict(workspace, timestep, request.GuidanceScale, run, cancellationToken);
            scheduler.Step(prediction, latents, noise);
            onStep(i + 1, scheduler.Timesteps.Count, timestep, prediction);
        }
    }

    /// <summary>Decodes what the model, at a step that has just ended, expects the picture to become. Leaves the latents alone.</summary>
    public ReadOnlySpan<byte> DecodePrediction(
        Workspace workspace, PictureRequest request, float timestep, ReadOnlySpan<float> prediction, RunOptions run, CancellationToken cancellationToken)
    {
        _prediction.Write(timestep, prediction, workspace.Scaled);
        return Decode(workspace, request, workspace.Scaled, run, cancellationToken);
    }

    /// <summary>Decodes the workspace's latents to RGBA pixels of the requested size.</summary>
    public ReadOnlySpan<byte> Decode(Workspace workspace, PictureRequest request, RunOptions run, CancellationToken cancellationToken) =>
        Decode(workspace, request, workspace.Latents, run, cancellationToken);

    private ReadOnlySpan<byte> Decode(Workspace workspace, PictureRequest request, ReadOnlySpan<float> latents, RunOptions run, CancellationToken cancellationToken)
    {
        TensorPrimitives.Divide(latents, model.Shape.ScalingFactor, workspace.Scaled);
        workspace.LatentsIn.Write(workspace.Scaled);
        workspace.RunVae(run, cancellationToken);
        var planes = workspace.Planes;
        workspace.PictureOut.Read(planes);
        return ToPixels(workspace, planes, request.Width, request.Height);
    }

    private static ReadOnlySpan<float> Predict(Workspace workspace, float timestep, float guidance, RunOptions run, CancellationToken cancellationToken)
    {
        var count = workspace.Scaled.Length;
        var predictions = workspace.Predictions;
        workspace.Timestep.Fill(timestep);
        for (var i = 0; i < workspace.Batch; i++)
        {
            workspace.Sample.Write(workspace.Scaled, i * count);
        }

        for (var first = 0; first < workspace.Prompts; first += workspace.Batch)
        {
            workspace.HiddenIn.Write(workspace.Hidden.Slice(first * workspace.HiddenCount, workspace.Batch * workspace.HiddenCount));
            workspace.RunUnet(run, cancellationToken);
            workspace.Prediction.Read(predictions.Slice(first * count, workspace.Batch * count));
        }

        if (workspace.Prompts == 1)
        {
            return predictions;
        }

        var negative = predictions[..count];
        var positive = predictions[count..];
        TensorPrimitives.Subtract(positive, negative, positive);
        TensorPrimitives.MultiplyAdd(positive, guidance, negative, negative);
        return negative;
    }

    /// <summary>From [-1, 1] to bytes, rounded to even as NumPy rounds; of a larger picture the middle.</summary>
    private static ReadOnlySpan<byte> ToPixels(Workspace workspace, Span<float> planes, int width, int height)
    {
        TensorPrimitives.Multiply(planes, 0.5f, planes);
        TensorPrimitives.Add(planes, 0.5f, planes);
        SampleLimits.Clip(planes, 0, 1);
        TensorPrimitives.Multiply(planes, 255f, planes);
        TensorPrimitives.Round(planes, MidpointRounding.ToEven, planes);

        var pixels = workspace.Pixels(width, height);
        var area = workspace.DecodedWidth * workspace.DecodedHeight;
        var left = (workspace.DecodedWidth - width) / 2;
        var top = (workspace.DecodedHeight - height) / 2;
        for (var y = 0; y < height; y++)
        {
            var start = ((top + y) * workspace.DecodedWidth) + left;
            var red = planes.Slice(start, width);
            var green = planes.Slice(start + area, width);
            var blue = planes.Slice(start + (2 * area), width);
            var row = pixels.Slice(y * width * 4, width * 4);
            for (var x = 0; x < width; x++)
            {
                row[4 * x] = (byte)red[x];
                row[(4 * x) + 1] = (byte)green[x];
                row[(4 * x) + 2] = (byte)blue[x];
                row[(4 * x) + 3] = byte.MaxValue;
            }
        }

        return pixels;
    }

    /// <summary>Sees the end of a step: its number from 1, of how many, the timestep, and the model's prediction, which lasts until the handler returns.</summary>
    internal delegate void StepHandler(int step, int steps, float timestep, ReadOnlySpan<float> prediction);
}
