using RunPod.Inference;
using RunPod.Inference.Onnx;
using RunPod.Inference.StableDiffusion;

namespace RunPod.Tests.Models;

public sealed class StableDiffusionFormatTests : IDisposable
{
    private static readonly InferenceDevice Cpu = new("cpu:0", "CPU");
    private readonly StableDiffusionFormat _format = new(new StableDiffusionOptions());
    private readonly TemporaryModel _model = new(Path.Combine(GoldenData.Folder, "tiny-random-fp16"));

    public StableDiffusionFormatTests() => _model.AddVocabulary();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Recognises_ExportedFolder_IsTrue() => Assert.True(_format.Recognises(_model.Path));

    [Fact]
    public void Recognises_FolderWithoutIndex_IsFalse()
    {
        File.Delete(_model.File("model_index.json"));

        Assert.False(_format.Recognises(_model.Path));
    }

    [Fact]
    public void Recognises_AnotherPipeline_IsFalse()
    {
        File.WriteAllText(_model.File("model_index.json"), """{"_class_name": "StableDiffusionXLPipeline"}""");

        Assert.False(_format.Recognises(_model.Path));
    }

    [Fact]
    public void Load_FilesAreLinksIntoACache_LoadsAndCountsWhatTheyPointTo()
    {
        var size = OnnxModel.SizeOf(_model.File("unet"));
        var blobs = Directory.CreateDirectory(_model.File("blobs")).FullName;
        foreach (var file in Directory.GetFiles(_model.Path, "*", SearchOption.AllDirectories))
        {
            var blob = Path.Combine(blobs, Guid.NewGuid().ToString("N"));
            File.Move(file, blob);
            File.CreateSymbolicLink(file, Path.GetRelativePath(Path.GetDirectoryName(file)!, blob));
        }

        Assert.True(_format.Recognises(_model.Path));
        Assert.Equal(size, OnnxModel.SizeOf(_model.File("unet")));
        using var runtime = _format.Load(_model.Path, Cpu);
        runtime.WarmUp(CancellationToken.None);
    }

    [Fact]
    public void Recognises_BrokenIndex_IsTrueSoThatLoadingSaysWhy()
    {
        File.WriteAllText(_model.File("model_index.json"), "{");

        Assert.True(_format.Recognises(_model.Path));
        AssertFails("model_index.json", "not valid JSON");
    }

    [Theory]
    [InlineData("unet/model.onnx", "missing")]
    [InlineData("text_encoder/model.onnx", "missing")]
    [InlineData("vae_decoder/config.json", "missing")]
    [InlineData("scheduler/scheduler_config.json", "missing")]
    [InlineData("tokenizer/vocab.json", "missing")]
    [InlineData("tokenizer/merges.txt", "missing")]
    [InlineData("unet/model.onnx_data", "external data")]
    public void Load_FileMissing_NamesItAndSaysWhatToDo(string file, string reason)
    {
        File.Delete(_model.File(file));

        AssertFails(file.Replace("model.onnx_data", "model.onnx", StringComparison.Ordinal), reason);
    }

    [Theory]
    [InlineData("unet/model.onnx", "could not be loaded")]
    [InlineData("scheduler/scheduler_config.json", "not valid JSON")]
    [InlineData("unet/config.json", "not valid JSON")]
    [InlineData("tokenizer/vocab.json", "not readable")]
    public void Load_FileBroken_NamesItAndSaysWhatToDo(string file, string reason)
    {
        File.WriteAllText(_model.File(file), "this is neither JSON nor ONNX");

        AssertFails(file.StartsWith("tokenizer", StringComparison.Ordinal) ? "tokenizer" : file, reason);
    }

    [Theory]
    [InlineData("""{"_class_name": "FlowMatchEulerDiscreteScheduler"}""", "FlowMatchEulerDiscreteScheduler")]
    [InlineData("""{"beta_schedule": "sigmoid"}""", "scaled_linear")]
    [InlineData("""{"prediction_type": "flow"}""", "v_prediction")]
    [InlineData("""{"num_train_timesteps": "many"}""", "num_train_timesteps should be a number")]
    [InlineData("""{"algorithm_type": "dpmsolver"}""", "final_sigmas_type")]
    public void Load_SchedulerThatIsNotKnown_SaysSo(string config, string reason)
    {
        File.WriteAllText(_model.File("scheduler/scheduler_config.json"), config);

        AssertFails("scheduler_config.json", reason);
    }

    [Fact]
    public void Load_PartsOfDifferentModels_SaysSo()
    {
        File.Copy(Path.Combine(GoldenData.DemoModel, "text_encoder", "model.onnx"), _model.File("text_encoder/model.onnx"), overwrite: true);

        AssertFails("unet/model.onnx", "one and the same export");
    }

    [Fact]
    public void Load_InpaintingModel_SaysSo()
    {
        var file = _model.File("unet/config.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"in_channels\": 4", "\"in_channels\": 9", StringComparison.Ordinal));

        AssertFails("unet/config.json", "text-to-image");
    }

    [Fact]
    public void Load_InfinityInTheSchedulerConfig_IsReadAsPythonWritesIt()
    {
        File.WriteAllText(_model.File("scheduler/scheduler_config.json"), """{"lambda_min_clipped": -Infinity, "steps_offset": 1}""");

        using var runtime = _format.Load(_model.Path, Cpu);

        runtime.WarmUp(CancellationToken.None);
    }

    private void AssertFails(string file, string reason)
    {
        var failure = Assert.Throws<ModelLoadException>(() => _format.Load(_model.Path, Cpu));
        Assert.Contains(file.Replace('/', Path.DirectorySeparatorChar), failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }
}
