using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using RunPod.Inference.Images;

namespace RunPod.Inference.StableDiffusion;

/// <summary>A Stable Diffusion v1 model on one device. Runs side by side share its sessions; each rents a workspace of its own.</summary>
internal sealed class StableDiffusionRuntime(StableDiffusionModel model, StableDiffusionOptions options) : IModelRuntime
{
    private static readonly JsonWriterOptions OutputOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly DiffusionPipeline _pipeline = new(model);
    private readonly PictureRequestReader _reader = new(options, model.Shape, model.Scheduler);
    private readonly ConcurrentBag<Workspace> _workspaces = [];

    /// <inheritdoc/>
    public void WarmUp(CancellationToken cancellationToken)
    {
        // CUDA chooses its kernels per size; on a CPU the smallest picture already touches everything.
        var request = new PictureRequest
        {
            Prompt = "a picture",
            Width = model.IsCuda ? model.Shape.Width : PictureRequestReader.SmallestEdge,
            Height = model.IsCuda ? model.Shape.Height : PictureRequestReader.SmallestEdge,
            Steps = 1,
            Seed = 0,
        };
        Generate(request, static (_, _) => { }, cancellationToken);
    }

    /// <inheritdoc/>
    public ModelResult Run(ReadOnlyMemory<byte> input, IPartialOutput output, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = _reader.Read(input);
        var files = new List<ModelFile>(request.Outputs);
        Generate(
            request,
            (_, pixels) => files.Add(new ModelFile(FormattableString.Invariant($"{files.Count}.png"), "image/png", PngEncoder.Encode(pixels, request.Width, request.Height))),
            cancellationToken,
            output);
        return new ModelResult { Files = files, RenderOutput = urls => Render(urls, request.Seed) };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_workspaces.TryTake(out var workspace))
        {
            workspace.Dispose();
        }

        model.Dispose();
    }

    /// <summary>Makes a request's pictures one after another; each is handed over as its latents and its RGBA pixels.</summary>
    internal void Generate(PictureRequest request, PictureHandler onPicture, CancellationToken cancellationToken, IPartialOutput? output = null)
    {
        var workspace = _workspaces.TryTake(out var rented) ? rented : new Workspace(model);
        try
        {
            using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var cancellation = cancellationToken.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, run);
            var batched = (long)request.Width * request.Height <= options.MaxBatchedPixels;
            if (!batched && !model.IsCuda)
            {
                run.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
            }

            workspace.Prepare(request, batched);
            _pipeline.Encode(workspace, request, run, cancellationToken);
            for (var i = 0; i < request.Outputs; i++)
            {
                var picture = i + 1;
                _pipeline.Denoise(workspace, request, request.Seed + i, OnStep, run, cancellationToken);
                onPicture(workspace.Latents, _pipeline.Decode(workspace, request, run, cancellationToken));

                void OnStep(int step, int steps, float timestep, ReadOnlySpan<float> prediction)
                {
                    var progress = new PictureProgress(step, steps, picture, request.Outputs);
                    if (progress.HasPreview(request.PreviewEvery, options.MaxPreviews))
                    {
                        var pixels = _pipeline.DecodePrediction(workspace, request, timestep, prediction, run, cancellationToken);
                        output?.ReportProgress(new ModelFile(progress.PreviewName, "image/png", PngEncoder.Encode(pixels, request.Width, request.Height)), progress.Render);
                    }
                    else
                    {
                        output?.ReportProgress(progress.Render(preview: null));
                    }
                }
            }

            _workspaces.Add(workspace);
        }
        catch
        {
            // Whatever failed, such as an allocation, may have left a part of it unbound; and its memory may be what lacked.
            workspace.Dispose();
            throw;
        }
    }

    private static byte[] Render(IReadOnlyList<Uri> urls, Int128 seed)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, OutputOptions))
        {
            writer.WriteStartArray();
            for (var i = 0; i < urls.Count; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("image", urls[i].OriginalString);
                writer.WritePropertyName("seed");
                writer.WriteRawValue((seed + i).ToString(CultureInfo.InvariantCulture));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return buffer.ToArray();
    }

    /// <summary>Sees one finished picture; the spans are the workspace's and last until the handler returns.</summary>
    internal delegate void PictureHandler(ReadOnlySpan<float> latents, ReadOnlySpan<byte> rgba);
}
