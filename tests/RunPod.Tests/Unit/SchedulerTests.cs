using RunPod.Inference.Json;
using RunPod.Inference.Noise;
using RunPod.Inference.Schedulers;

namespace RunPod.Tests.Unit;

public sealed class SchedulerTests
{
    private const string Betas = "\"beta_start\": 0.00085, \"beta_end\": 0.012, \"beta_schedule\": \"scaled_linear\", \"steps_offset\": 1";

    public static TheoryData<string, string> Configurations
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in (string[])["DDIM", "DPM-M", "EULER-A", "EULER-D", "K-LMS", "PNDM"])
            {
                foreach (var extra in (string[])
                [
                    "\"timestep_spacing\": \"linspace\"",
                    "\"timestep_spacing\": \"leading\"",
                    "\"timestep_spacing\": \"trailing\"",
                    "\"prediction_type\": \"v_prediction\"",
                    "\"use_karras_sigmas\": true",
                    "\"use_exponential_sigmas\": true",
                    "\"use_lu_lambdas\": true",
                    "\"solver_order\": 3",
                    "\"solver_type\": \"heun\"",
                    "\"algorithm_type\": \"dpmsolver\", \"final_sigmas_type\": \"sigma_min\", \"solver_order\": 3",
                    "\"algorithm_type\": \"sde-dpmsolver\", \"final_sigmas_type\": \"sigma_min\"",
                    "\"algorithm_type\": \"sde-dpmsolver++\", \"solver_order\": 3",
                    "\"skip_prk_steps\": true",
                    "\"beta_schedule\": \"squaredcos_cap_v2\", \"lambda_min_clipped\": -5.1",
                    "\"beta_schedule\": \"linear\"",
                ])
                {
                    data.Add(name, extra);
                }
            }

            return data;
        }
    }

    /// <summary>With the true noise (or velocity) as every prediction, any sampler must come back to the picture that the noise was laid over.</summary>
    [Theory]
    [MemberData(nameof(Configurations))]
    public void Step_PerfectPredictions_LeadBackToThePicture(string name, string extra)
    {
        // A repeated key: the last one counts.
        var config = SchedulerConfig.From(ModelJson.Parse($"{{{Betas}, \"clip_sample\": false, {extra}}}", "scheduler_config.json"));
        foreach (var steps in (int[])[1, 2, 3, 4, 5, 14, 15, 50, 499])
        {
            var error = DistanceAfterRun(name, config, steps, out var scheduler);

            Assert.All(scheduler.Timesteps, timestep => Assert.InRange(timestep, 0, 999));
            // A few steps far apart may overshoot, in diffusers too; they must not end in infinity. Later what is left is noise of the last level
            // and of the stochastic variants, of which the one over noise predictions is the coarsest.
            var tolerance = steps < (config.AlgorithmType == "sde-dpmsolver" ? 499 : 14) ? double.MaxValue : steps < 50 ? 0.5 : 0.1;
            Assert.True(error < tolerance, $"{name} with {extra} ends {error:f3} away after {steps} steps.");
        }
    }

    [Theory]
    [InlineData(0.5, 10, new[] { -0.25f, 1f, -1f, 0.125f, 1f })]
    [InlineData(1, 10, new[] { -0.125f, 0.5f, -0.75f, 0.0625f, 1f })]
    [InlineData(1, 2, new[] { -0.25f, 1f, -1f, 0.125f, 1f })]
    public void Threshold_Percentile_ClampsAndScales(double ratio, double largest, float[] expected)
    {
        // Magnitudes 0.25, 0.5, 2, 3, 4; the median is 2.
        float[] sample = [-0.5f, 2f, -3f, 0.25f, 4f];

        SampleLimits.Threshold(sample, new SchedulerConfig { DynamicThresholdingRatio = ratio, SampleMaxValue = largest });

        Assert.Equal(expected, sample);
    }

    [Fact]
    public void Timesteps_RungeKuttaStart_FollowTheirOrder()
    {
        var config = SchedulerConfig.From(ModelJson.Parse($"{{{Betas}, \"skip_prk_steps\": false}}", "scheduler_config.json"));

        var scheduler = SchedulerCatalog.Create("PNDM", config, 10);

        Assert.Equal([901, 851, 851, 801, 801, 751, 751, 701, 701, 651, 651, 601, 601, 501, 401, 301, 201, 101, 1], scheduler.Timesteps);
    }

    private static double DistanceAfterRun(string name, SchedulerConfig config, int steps, out IScheduler scheduler)
    {
        scheduler = SchedulerCatalog.Create(name, config, steps);
        var alphas = new NoiseSchedule(config, canRescale: false).AlphasCumprod;
        var generator = new TorchGenerator(1);
        var picture = new float[64];
        new TorchGenerator(2).Fill(picture);

        // The sample at the first noise level, in the scheduler's own scale.
        var sample = new float[64];
        var noise = new float[64];
        generator.Fill(noise);
        var isSigma = scheduler is SigmaScheduler;
        var start = Level(scheduler.Timesteps[0], alphas);
        for (var i = 0; i < sample.Length; i++)
        {
            sample[i] = (float)(((start.Signal * picture[i]) + (start.Noise * noise[i])) / (isSigma ? start.Signal : 1));
        }

        var scaled = new float[64];
        var prediction = new float[64];
        foreach (var timestep in scheduler.Timesteps)
        {
            scheduler.ScaleModelInput(sample, scaled);
            var (signal, sigma) = Level(timestep, alphas);
            for (var i = 0; i < sample.Length; i++)
            {
                var epsilon = (scaled[i] - (signal * picture[i])) / sigma;
                prediction[i] = (float)(config.PredictionType == PredictionType.Velocity ? (signal * epsilon) - (sigma * picture[i]) : epsilon);
            }

            scheduler.Step(prediction, sample, generator);
        }

        return picture.Zip(sample, (expected, actual) => Math.Abs((double)expected - actual)).Average();
    }

    private static (double Signal, double Noise) Level(double timestep, float[] alphas)
    {
        var below = (int)timestep;
        var above = Math.Min(below + 1, alphas.Length - 1);
        static double Sigma(float alpha) => Math.Sqrt((1 - alpha) / alpha);
        var sigma = Sigma(alphas[below]) + ((Sigma(alphas[above]) - Sigma(alphas[below])) * (timestep - below));
        var signal = 1 / Math.Sqrt(1 + (sigma * sigma));
        return (signal, sigma * signal);
    }
}
