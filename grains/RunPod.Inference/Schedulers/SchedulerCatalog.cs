namespace RunPod.Inference.Schedulers;

/// <summary>The schedulers by the names that RunPod's Stable Diffusion endpoint gives them.</summary>
internal static class SchedulerCatalog
{
    /// <summary>What a request without <c>scheduler</c> uses.</summary>
    public const string Default = "K-LMS";

    private static readonly Dictionary<string, Func<SchedulerConfig, int, IScheduler>> Makers = new(StringComparer.Ordinal)
    {
        ["DDIM"] = static (config, steps) => new DdimScheduler(config, steps),
        ["DPM-M"] = static (config, steps) => new DpmMultistepScheduler(config, steps),
        ["EULER-A"] = static (config, steps) => new EulerAncestralScheduler(config, steps),
        ["EULER-D"] = static (config, steps) => new EulerScheduler(config, steps),
        ["K-LMS"] = static (config, steps) => new LmsScheduler(config, steps),
        ["PNDM"] = static (config, steps) => new PndmScheduler(config, steps),
    };

    // Classes that diffusers does not define for a model that predicts the picture itself.
    private static readonly HashSet<string> NoiseOnly = new(StringComparer.Ordinal) { "EULER-A", "PNDM" };

    // Names of RunPod's table that have no sampler here yet.
    private static readonly HashSet<string> NotYet = new(StringComparer.Ordinal)
    {
        "DDPM", "DPM-S", "HEUN", "IPNDM", "KDPM2-A", "KDPM2-D", "LCM", "UNIPC",
    };

    /// <summary>The name of the table for a name of a request: <c>KLMS</c>, which RunPod's check lets pass, means <c>K-LMS</c>.</summary>
    public static string Canonical(string name) => name == "KLMS" ? "K-LMS" : name;

    /// <summary>The names that serve a model of this configuration, in alphabetical order.</summary>
    public static IReadOnlyList<string> NamesFor(SchedulerConfig config) =>
        [.. Makers.Keys.Where(name => config.PredictionType != PredictionType.Sample || !NoiseOnly.Contains(name)).Order(StringComparer.Ordinal)];

    /// <summary>Whether the name is in RunPod's table, served or not.</summary>
    public static bool IsKnown(string name) => Makers.ContainsKey(name) || NotYet.Contains(name);

    /// <summary>Makes the scheduler for one picture.</summary>
    public static IScheduler Create(string name, SchedulerConfig config, int steps) => Makers[name](config, steps);
}
