using System.Text.Json;
using RunPod.Inference.Json;
using RunPod.Inference.Schedulers;
using Xunit.Abstractions;

namespace RunPod.Tests.Models;

public sealed class SchedulerParityTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string, string> Schedulers => new()
    {
        { "DDIM", "DDIMScheduler" },
        { "PNDM", "PNDMScheduler" },
        { "K-LMS", "LMSDiscreteScheduler" },
        { "EULER-D", "EulerDiscreteScheduler" },
        { "EULER-A", "EulerAncestralDiscreteScheduler" },
        { "DPM-M", "DPMSolverMultistepScheduler" },
    };

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void Step_EveryRecordedRun_EqualsDiffusers(string name, string file)
    {
        var runs = GoldenData.Read($"schedulers/{file}.json").GetProperty("runs").EnumerateArray().ToList();
        Assert.NotEmpty(runs);

        var errors = runs.ConvertAll(run => WorstError(name, run));

        output.WriteLine($"{name}: worst relative error per run {string.Join(", ", errors.Select(error => error.ToString("e1")))}");
        Assert.All(errors, error => Assert.InRange(error, 0, Tolerance));
    }

    private static double WorstError(string name, JsonElement run)
    {
        var config = SchedulerConfig.From(ModelJson.Parse(run.GetProperty("config").GetRawText(), "scheduler_config.json"));
        var scheduler = SchedulerCatalog.Create(name, config, run.GetProperty("num_inference_steps").GetInt32());
        var worst = GoldenData.RelativeError(run.GetProperty("timesteps").Floats(), [.. scheduler.Timesteps]);
        worst = Math.Max(worst, GoldenData.RelativeError([run.GetProperty("init_noise_sigma").GetSingle()], [scheduler.InitNoiseSigma]));
        var sigmas = scheduler switch
        {
            SigmaScheduler sigma => sigma.Sigmas,
            DpmMultistepScheduler solver => solver.Sigmas,
            _ => null,
        };
        Assert.Equal(sigmas is not null, run.TryGetProperty("sigmas", out var expectedSigmas));
        if (sigmas is not null)
        {
            worst = Math.Max(worst, GoldenData.RelativeError(expectedSigmas.Floats(), sigmas));
        }

        var sample = run.GetProperty("initial").Floats();
        System.Numerics.Tensors.TensorPrimitives.Multiply(sample, scheduler.InitNoiseSigma, sample);
        var scaled = new float[sample.Length];
        foreach (var step in run.GetProperty("steps").EnumerateArray())
        {
            scheduler.ScaleModelInput(sample, scaled);
            worst = Math.Max(worst, GoldenData.RelativeError(step.GetProperty("scaled_input").Floats(), scaled));

            var noise = new RecordedNoise(step.TryGetProperty("noise", out var recorded) ? recorded.Floats() : null);
            scheduler.Step(step.GetProperty("model_output").Floats(), sample, noise);
            worst = Math.Max(worst, GoldenData.RelativeError(step.GetProperty("prev_sample").Floats(), sample));
        }

        return worst;
    }

}
