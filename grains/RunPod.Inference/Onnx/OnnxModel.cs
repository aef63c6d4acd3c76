using Microsoft.ML.OnnxRuntime;

namespace RunPod.Inference.Onnx;

/// <summary>One graph of a model folder, loaded: a session and what its inputs and outputs look like. Runs from several threads share it.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;

    private OnnxModel(InferenceSession session, string file)
    {
        _session = session;
        File = file;
    }

    /// <summary>The file, for messages.</summary>
    public string File { get; }

    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    public IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    /// <summary>Bytes of the graph in a part's folder and of the external data beside it.</summary>
    public static long SizeOf(string folder) => new DirectoryInfo(folder).EnumerateFiles().Where(file => file.Extension != ".json").Sum(SizeOf);

    /// <param name="folder">The part's folder, which holds <c>model.onnx</c> and its external data.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="threads">Threads within one operator, on a CPU.</param>
    /// <exception cref="ModelLoadException">The file is missing, broken, or of a kind that ONNX Runtime does not know.</exception>
    public static OnnxModel Load(string folder, InferenceDevice device, int threads)
    {
        var file = Path.Combine(folder, "model.onnx");
        if (!System.IO.File.Exists(file))
        {
            throw new ModelLoadException($"{file} is missing. Export the model again with 'optimum-cli export onnx --task text-to-image'.");
        }

        try
        {
            using var options = OnnxSessionOptions.For(device, threads);
            return new OnnxModel(new InferenceSession(file, options), file);
        }
        catch (Exception e) when (e is OnnxRuntimeException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new ModelLoadException(
                $"{file} could not be loaded onto {device.Id}: {e.Message} Check that its external data (such as model.onnx_data) lies beside it in full, or export the model again with 'optimum-cli export onnx --task text-to-image'.", e);
        }
    }

    public NodeMetadata Input(string name) => Inputs.TryGetValue(name, out var metadata) ? metadata
        : throw new ModelLoadException($"{File} has no input '{name}' but {string.Join(", ", Inputs.Keys)}. Export the model again with 'optimum-cli export onnx --task text-to-image'.");

    /// <summary>Refuses a graph that wants more than the pipeline gives it.</summary>
    public void RequireInputs(params IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            Input(name);
        }

        if (Inputs.Keys.Except(names).ToList() is { Count: > 0 } others)
        {
            throw new ModelLoadException($"{File} wants inputs that Stable Diffusion v1 does not have: {string.Join(", ", others)}. Serve a Stable Diffusion v1 model.");
        }
    }

    public OrtIoBinding CreateBinding() => _session.CreateIoBinding();

    /// <summary>Runs with everything bound; a cancelled token stops it between two operators.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Run(OrtIoBinding binding, RunOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            _session.RunWithBinding(options, binding);
            binding.SynchronizeBoundOutputs();
        }
        catch (OnnxRuntimeException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The run was cancelled within a step.", e, cancellationToken);
        }
    }

    public void Dispose() => _session.Dispose();

    // A cache of Hugging Face has links, whose own length is that of a path.
    private static long SizeOf(FileInfo file) => (file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).Length;
}
