using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using RunPod.Inference.Schedulers;

namespace RunPod.Inference.StableDiffusion;

/// <summary>Reads the input of RunPod's Stable Diffusion v1 endpoint; its <c>rp_schema.py</c> gives names, types, defaults and most limits.</summary>
internal sealed partial class PictureRequestReader(StableDiffusionOptions options, PictureShape shape, SchedulerConfig scheduler)
{
    /// <summary>The smallest width and height, in pixels.</summary>
    public const int SmallestEdge = 64;

    private const int EdgeMultiple = 8;
    private const int MaxDepth = 64;

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "prompt", "negative_prompt", "width", "height", "init_image", "mask", "prompt_strength", "num_outputs",
        "num_inference_steps", "guidance_scale", "scheduler", "seed", "nsfw", "lora", "lora_scale",
        // Of RunPod's endpoints for pictures, whose clients send them to every model.
        "size", "enable_safety_checker",
        // Not RunPod's.
        "preview",
    };

    private readonly IReadOnlyList<string> _schedulers = SchedulerCatalog.NamesFor(scheduler);

    /// <exception cref="ModelInputException">The message has every fault of the input.</exception>
    public PictureRequest Read(ReadOnlyMemory<byte> input)
    {
        try
        {
            using var document = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return Read(new InputFields(document.RootElement, Known));
        }
        catch (JsonException e)
        {
            throw new ModelInputException(string.Create(
                CultureInfo.InvariantCulture, $"input is not valid JSON, or nested deeper than {MaxDepth} levels, at its line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}."));
        }
    }

    private PictureRequest Read(InputFields fields)
    {
        fields.Require("prompt");
        var prompt = fields.Text("prompt");
        var negative = fields.Text("negative_prompt");
        var (width, height) = ReadSize(fields);
        RefuseNotBuilt(fields, "init_image");
        RefuseNotBuilt(fields, "mask");
        // Both say how strongly something works that is refused when it is given; alone they have no effect.
        CheckRange(fields, "prompt_strength", static value => value is >= 0 and <= 1);
        var outputs = Bounded(fields, "num_outputs", options.MaxOutputs) ?? 1;
        var steps = Bounded(fields, "num_inference_steps", Math.Min(options.MaxSteps, scheduler.TrainTimesteps))
            ?? Math.Min(50, Math.Min(options.MaxSteps, scheduler.TrainTimesteps));
        var guidance = CheckRange(fields, "guidance_scale", static value => value is > 0 and < 20) ?? 7.5;
        var name = ReadScheduler(fields);
        var seed = ReadSeed(fields, outputs);
        // The exports that are served carry no safety checker, so there is nothing that could drop a picture.
        fields.Boolean("nsfw");
        fields.Boolean("enable_safety_checker");
        RefuseNotBuilt(fields, "lora");
        CheckRange(fields, "lora_scale", static value => value is >= 0 and <= 1);
        var preview = Bounded(fields, "preview", int.MaxValue);
        fields.ThrowIfFaulty();

        return new PictureRequest
        {
            Prompt = prompt!,
            NegativePrompt = negative ?? "",
            Width = width,
            Height = height,
            Outputs = outputs,
            Steps = steps,
            GuidanceScale = (float)guidance,
            Scheduler = name,
            Seed = seed,
            PreviewEvery = preview ?? 0,
        };
    }

    private (int Width, int Height) ReadSize(InputFields fields)
    {
        if (fields.Has("size"))
        {
            return ReadSizeText(fields);
        }

        var width = Edge(fields, "width", fields.Integer("width")) ?? (fields.Has("width") ? 0 : shape.Width);
        var height = Edge(fields, "height", fields.Integer("height")) ?? (fields.Has("height") ? 0 : shape.Height);
        if ((long)width * height > options.MaxPixels)
        {
            fields.CheckConstraint("width", false);
            fields.CheckConstraint("height", false);
            fields.Fault(string.Create(CultureInfo.InvariantCulture, $"width × height is at most {options.MaxPixels}."));
        }

        return (width, height);
    }

    private (int Width, int Height) ReadSizeText(InputFields fields)
    {
        if (fields.Has("width") || fields.Has("height"))
        {
            fields.Fault("size stands for width and height: give one or the others.");
        }

        if (fields.Text("size") is not { } text)
        {
            return default;
        }

        if (SizePattern().Match(text) is not { Success: true } size)
        {
            fields.Fault("size should be a width and a height, such as 512x512.");
            return default;
        }

        var width = Edge(fields, "size", int.Parse(size.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        var height = Edge(fields, "size", int.Parse(size.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
        fields.CheckConstraint("size", (long)(width ?? 0) * (height ?? 0) <= options.MaxPixels);
        return (width ?? 0, height ?? 0);
    }

    private int? Edge(InputFields fields, string name, Int128? given)
    {
        if (given is not { } edge)
        {
            return null;
        }

        var holds = edge >= SmallestEdge && edge % EdgeMultiple == 0 && edge * SmallestEdge <= options.MaxPixels;
        fields.CheckConstraint(name, holds);
        return holds ? (int)edge : null;
    }

    private static int? Bounded(InputFields fields, string name, int largest)
    {
        if (fields.Integer(name) is not { } value)
        {
            return null;
        }

        var holds = value >= 1 && value <= largest;
        fields.CheckConstraint(name, holds);
        return holds ? (int)value : null;
    }

    private static double? CheckRange(InputFields fields, string name, Func<double, bool> holds)
    {
        var value = fields.Number(name);
        fields.CheckConstraint(name, value is null || holds(value.Value));
        return value;
    }

    private static void RefuseNotBuilt(InputFields fields, string name)
    {
        // An empty string counts as not given there.
        if (fields.Text(name) is { Length: > 0 })
        {
            fields.Fault($"{name} is not supported by this endpoint.");
        }
    }

    private string ReadScheduler(InputFields fields)
    {
        if (fields.Text("scheduler") is not { } given)
        {
            return SchedulerCatalog.Default;
        }

        var name = SchedulerCatalog.Canonical(given);
        if (_schedulers.Contains(name))
        {
            return name;
        }

        if (SchedulerCatalog.IsKnown(name))
        {
            fields.Fault($"scheduler {name} is not supported by this endpoint. Use one of {string.Join(", ", _schedulers)}.");
        }
        else
        {
            fields.CheckConstraint("scheduler", false);
        }

        return SchedulerCatalog.Default;
    }

    private static Int128 ReadSeed(InputFields fields, int outputs)
    {
        // -1 is the word of many clients for a random one.
        if (fields.Integer("seed") is not { } seed || seed == -1)
        {
            return BinaryPrimitives.ReadUInt16BigEndian(RandomNumberGenerator.GetBytes(sizeof(ushort)));
        }

        fields.CheckConstraint("seed", seed >= long.MinValue && seed + outputs - 1 <= ulong.MaxValue);
        return seed;
    }

    [GeneratedRegex("^([0-9]{1,9})[x*×]([0-9]{1,9})$")]
    private static partial Regex SizePattern();
}
