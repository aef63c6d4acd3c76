namespace RunPod.Inference.StableDiffusion;

/// <summary>A request whose every value has been checked.</summary>
internal sealed record PictureRequest
{
    public required string Prompt { get; init; }
    public string NegativePrompt { get; init; } = "";
    public required int Width { get; init; }
    public required int Height { get; init; }
    public int Outputs { get; init; } = 1;
    public int Steps { get; init; } = 50;
    public float GuidanceScale { get; init; } = 7.5f;
    public string Scheduler { get; init; } = Schedulers.SchedulerCatalog.Default;

    /// <summary>The first picture's seed, from −2^63 to 2^64 − 1 as PyTorch takes it; picture i has this plus i.</summary>
    public required Int128 Seed { get; init; }

    /// <summary>A preview is made every so many steps; 0 for none.</summary>
    public int PreviewEvery { get; init; }

    /// <summary>Whether each step also looks at the negative prompt.</summary>
    public bool IsGuided => GuidanceScale > 1;
}
