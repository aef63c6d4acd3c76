namespace RunPod.Tests.Models;

/// <summary>A copy of a model folder that a test may change.</summary>
internal sealed class TemporaryModel : IDisposable
{
    public TemporaryModel(string source)
    {
        Path = Directory.CreateTempSubdirectory("runpod-model-").FullName;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = File(System.IO.Path.GetRelativePath(source, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            System.IO.File.Copy(file, target);
        }
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>CLIP's vocabulary, which is the same for every Stable Diffusion v1 and comes with the demo model.</summary>
    public void AddVocabulary()
    {
        foreach (var name in (string[])["vocab.json", "merges.txt"])
        {
            System.IO.File.Copy(System.IO.Path.Combine(GoldenData.DemoModel, "tokenizer", name), File($"tokenizer/{name}"));
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
