using System.Text.Encodings.Web;
using System.Text.Json;

namespace RunPod.Inference.StableDiffusion;

/// <summary>How far a request is. Steps are calls of the UNet: PNDM takes one more than <c>num_inference_steps</c>.</summary>
/// <param name="Step">The step that has just ended, from 1.</param>
/// <param name="Steps">Steps of each picture.</param>
/// <param name="Picture">The picture that it belongs to, from 1.</param>
/// <param name="Pictures">Pictures of the request.</param>
internal sealed record PictureProgress(int Step, int Steps, int Picture, int Pictures)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Of all steps of all pictures, from 0 to 1.</summary>
    public double Fraction => Math.Round(((double)((Picture - 1) * Steps) + Step) / (Steps * Pictures), 4);

    public string PreviewName => FormattableString.Invariant($"preview-{Picture - 1}-{Step}.png");

    /// <summary>Whether a preview is due. After the last step there is none: the picture itself is next.</summary>
    /// <param name="every">Steps from one to the next as the request has it; 0 for none.</param>
    /// <param name="atMost">Previews of all pictures together; where it is exceeded they are further apart.</param>
    public bool HasPreview(int every, int atMost)
    {
        var closest = ((Steps - 1) / ((atMost / Pictures) + 1)) + 1;
        return every > 0 && Step % Math.Max(every, closest) == 0 && Step < Steps;
    }

    public byte[] Render(Uri? preview)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("progress", Fraction);
            writer.WriteNumber("step", Step);
            writer.WriteNumber("steps", Steps);
            writer.WriteNumber("picture", Picture);
            writer.WriteNumber("pictures", Pictures);
            if (preview is not null)
            {
                writer.WriteString("preview", preview.OriginalString);
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
