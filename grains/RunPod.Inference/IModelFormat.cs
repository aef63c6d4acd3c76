namespace RunPod.Inference;

/// <summary>A kind of model folder and how to load it.</summary>
public interface IModelFormat
{
    /// <summary>Whether the folder holds a model of this kind; looks at file names and small JSON files only.</summary>
    bool Recognises(string folder);

    /// <summary>Loads the model of a folder onto a device.</summary>
    /// <exception cref="ModelLoadException">The folder is not complete or not usable; the message says what to do.</exception>
    IModelRuntime Load(string folder, InferenceDevice device);
}
