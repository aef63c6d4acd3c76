using System.Text;
using RunPod.Inference;
using RunPod.Inference.Json;
using RunPod.Inference.Schedulers;
using RunPod.Inference.StableDiffusion;

namespace RunPod.Tests.Unit;

public sealed class PictureRequestReaderTests
{
    private static readonly PictureShape Shape = new() { LatentChannels = 4, VaeScale = 8, ScalingFactor = 0.18215f, Width = 512, Height = 384, LatentMultiple = 8 };

    [Fact]
    public void Read_PromptAlone_HasTheDefaults()
    {
        var request = Read("""{"prompt": "a dog"}""");

        Assert.Equal(
            new PictureRequest { Prompt = "a dog", NegativePrompt = "", Width = 512, Height = 384, Outputs = 1, Steps = 50, GuidanceScale = 7.5f, Scheduler = "K-LMS", Seed = request.Seed },
            request);
        Assert.InRange(request.Seed, 0, 65_535);
    }

    [Fact]
    public void Read_EverythingGiven_IsTaken()
    {
        var request = Read("""
            {"prompt": "a dog", "negative_prompt": "a cat", "width": 1024, "height": 768, "num_outputs": 9, "num_inference_steps": 499, "guidance_scale": 3,
             "scheduler": "DDIM", "seed": -5, "nsfw": true, "prompt_strength": 0.5, "lora_scale": 1, "init_image": null, "mask": null, "lora": "", "preview": 5}
            """);

        Assert.Equal(
            new PictureRequest { Prompt = "a dog", NegativePrompt = "a cat", Width = 1024, Height = 768, Outputs = 9, Steps = 499, GuidanceScale = 3, Scheduler = "DDIM", Seed = -5, PreviewEvery = 5 },
            request);
    }

    [Theory]
    [InlineData("""
        {"prompt": "p", "negative_prompt": null, "width": null, "height": null, "init_image": null, "mask": null, "prompt_strength": null, "num_outputs": null,
         "num_inference_steps": null, "guidance_scale": null, "scheduler": null, "seed": null, "nsfw": null, "lora": null, "lora_scale": null, "preview": null}
        """)]
    [InlineData("""{"prompt": "", "width": 64, "height": 1000}""")]
    [InlineData("""{"prompt": "p", "seed": 18446744073709551615}""")]
    [InlineData("""{"prompt": "p", "guidance_scale": 0.01}""")]
    [InlineData("""{"prompt": 5, "prompt": "p"}""")]
    public void Read_AtTheLimits_IsTaken(string input) => Assert.NotNull(Read(input));

    [Theory]
    [InlineData("256x128")]
    [InlineData("256*128")]
    [InlineData("256×128")]
    public void Read_Size_IsWidthAndHeight(string size)
    {
        var request = Read($$"""{"prompt": "p", "size": "{{size}}", "enable_safety_checker": true, "width": null}""");

        Assert.Equal((256, 128), (request.Width, request.Height));
    }

    [Fact]
    public void Read_SeedOfMinusOne_IsARandomOne()
    {
        var seeds = Enumerable.Range(0, 20).Select(_ => Read("""{"prompt": "p", "seed": -1}""").Seed).ToArray();

        Assert.True(seeds.Distinct().Count() > 1);
        Assert.All(seeds, seed => Assert.InRange(seed, 0, 65_535));
    }

    [Theory]
    [InlineData("KLMS", "K-LMS")]
    [InlineData("K-LMS", "K-LMS")]
    [InlineData("EULER-A", "EULER-A")]
    public void Read_SchedulerName_IsTheOneOfTheTable(string given, string expected) =>
        Assert.Equal(expected, Read($$"""{"prompt": "p", "scheduler": "{{given}}"}""").Scheduler);

    [Theory]
    [InlineData("[]", "input should be <class 'dict'> type, not <class 'list'>.")]
    [InlineData("null", "input should be <class 'dict'> type, not <class 'NoneType'>.")]
    [InlineData("\"a dog\"", "input should be <class 'dict'> type, not <class 'str'>.")]
    [InlineData("{}", "prompt is a required input.")]
    [InlineData("""{"prompt": null}""", "prompt should be <class 'str'> type, not <class 'NoneType'>.")]
    [InlineData("""{"prompt": ["a"]}""", "prompt should be <class 'str'> type, not <class 'list'>.")]
    [InlineData("""{"prompt": "\ud800"}""", "prompt does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "negative_prompt": {}}""", "negative_prompt should be <class 'str'> type, not <class 'dict'>.")]
    [InlineData("""{"prompt": "p", "steps": 5, "Prompt": "q"}""", "Unexpected input. steps is not a valid input option. Unexpected input. Prompt is not a valid input option.")]
    [InlineData("""{"prompt": "p", "width": 512.0}""", "width should be <class 'int'> type, not <class 'float'>.")]
    [InlineData("""{"prompt": "p", "width": true}""", "width should be <class 'int'> type, not <class 'bool'>.")]
    [InlineData("""{"prompt": "p", "width": 100, "height": 56}""", "width does not meet the constraints. height does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "width": 1000000000000000000000000000000000000000000}""", "width does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "width": 1024, "height": 1024}""", "width does not meet the constraints. height does not meet the constraints. width × height is at most 786432.")]
    [InlineData("""{"prompt": "p", "size": "big"}""", "size should be a width and a height, such as 512x512.")]
    [InlineData("""{"prompt": "p", "size": "100x64"}""", "size does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "size": "1024x1024"}""", "size does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "size": 512}""", "size should be <class 'str'> type, not <class 'int'>.")]
    [InlineData("""{"prompt": "p", "size": "512x512", "width": 512}""", "size stands for width and height: give one or the others.")]
    [InlineData("""{"prompt": "p", "num_outputs": 10}""", "num_outputs does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "num_outputs": 0}""", "num_outputs does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "num_inference_steps": 500}""", "num_inference_steps does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "guidance_scale": 20}""", "guidance_scale does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "guidance_scale": 0}""", "guidance_scale does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "guidance_scale": 1e999}""", "guidance_scale does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "guidance_scale": "7"}""", "guidance_scale should be <class 'float'> type, not <class 'str'>.")]
    [InlineData("""{"prompt": "p", "seed": 1.5}""", "seed should be <class 'int'> type, not <class 'float'>.")]
    [InlineData("""{"prompt": "p", "seed": 18446744073709551615, "num_outputs": 2}""", "seed does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "nsfw": 1}""", "nsfw should be <class 'bool'> type, not <class 'int'>.")]
    [InlineData("""{"prompt": "p", "prompt_strength": 1.5}""", "prompt_strength does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "preview": 0}""", "preview does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "preview": true, "nsfw": 1}""", "nsfw should be <class 'bool'> type, not <class 'int'>. preview should be <class 'int'> type, not <class 'bool'>.")]
    [InlineData("""{"prompt": "p", "scheduler": "FAST"}""", "scheduler does not meet the constraints.")]
    [InlineData("""{"prompt": "p", "scheduler": "HEUN"}""", "scheduler HEUN is not supported by this endpoint. Use one of DDIM, DPM-M, EULER-A, EULER-D, K-LMS, PNDM.")]
    [InlineData("""{"prompt": "p", "init_image": "https://a/b.png", "mask": "https://a/m.png"}""", "init_image is not supported by this endpoint. mask is not supported by this endpoint.")]
    [InlineData("""{"prompt": "p", "lora": "name"}""", "lora is not supported by this endpoint.")]
    public void Read_Faults_AreAllNamed(string input, string expected)
    {
        var fault = Assert.Throws<ModelInputException>(() => Read(input));

        Assert.Equal(expected, fault.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"prompt\": ")]
    public void Read_NotJson_SaysSo(string input) =>
        Assert.StartsWith("input is not valid JSON", Assert.Throws<ModelInputException>(() => Read(input)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_ModelThatPredictsPictures_OffersTheSchedulersThatCan()
    {
        var fault = Assert.Throws<ModelInputException>(() => Read("""{"prompt": "p", "scheduler": "EULER-A"}""", """{"prediction_type": "sample"}"""));

        Assert.EndsWith("Use one of DDIM, DPM-M, EULER-D, K-LMS.", fault.Message, StringComparison.Ordinal);
    }

    private static PictureRequest Read(string input, string scheduler = "{}") =>
        new PictureRequestReader(new StableDiffusionOptions(), Shape, SchedulerConfig.From(ModelJson.Parse(scheduler, "scheduler_config.json"))).Read(Encoding.UTF8.GetBytes(input));
}
