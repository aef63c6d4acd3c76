using RunPod.Inference.Json;

namespace RunPod.Inference.StableDiffusion;

/// <summary>What the configurations of a model's parts say about its pictures and latents.</summary>
internal sealed record PictureShape
{
    /// <summary>Channels of the latents: 4.</summary>
    public required int LatentChannels { get; init; }

    /// <summary>Pixels per latent along an edge: 8.</summary>
    public required int VaeScale { get; init; }

    /// <summary>What the VAE's latents were multiplied with in training: 0.18215 for Stable Diffusion v1.</summary>
    public required float ScalingFactor { get; init; }

    /// <summary>The model's own width, in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>The model's own height, in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The UNet halves an edge of the latents this many times over; an export to ONNX takes only what divides evenly.</summary>
    public required int LatentMultiple { get; init; }

    /// <exception cref="ModelLoadException">A configuration is missing, broken, or not of a Stable Diffusion v1 model.</exception>
    public static PictureShape Read(string folder)
    {
        var unet = ModelJson.Read(Path.Combine(folder, "unet", "config.json"));
        var vae = ModelJson.Read(Path.Combine(folder, "vae_decoder", "config.json"));
        var channels = vae.Int32("latent_channels") ?? 4;
        if ((unet.Int32("in_channels") ?? channels) != channels)
        {
            throw new ModelLoadException($"{unet.File}: in_channels is {unet.Int32("in_channels")}, but the VAE has {channels} latent channels. Inpainting and other special models are not supported; serve a text-to-image model.");
        }

        var size = unet.Numbers("sample_size") ?? throw new ModelLoadException($"{unet.File} has no sample_size. Export the model again.");
        var vaeLevels = vae.CountOf("block_out_channels") ?? throw new ModelLoadException($"{vae.File} has no block_out_channels. Export the model again.");
        var scale = 1 << (vaeLevels - 1);
        return new PictureShape
        {
            LatentChannels = channels,
            VaeScale = scale,
            // The default of diffusers' AutoencoderKL, for configurations older than the key.
            ScalingFactor = (float)(vae.Number("scaling_factor") ?? 0.18215),
            Height = (int)size[0] * scale,
            Width = (int)size[^1] * scale,
            LatentMultiple = 1 << ((unet.CountOf("block_out_channels") ?? 4) - 1),
        };
    }

    /// <summary>Latents along an edge of so many pixels, rounded up to what the UNet can halve.</summary>
    public int LatentsFor(int pixels)
    {
        var latents = (pixels + VaeScale - 1) / VaeScale;
        return (latents + LatentMultiple - 1) / LatentMultiple * LatentMultiple;
    }
}
