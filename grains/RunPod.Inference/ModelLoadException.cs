namespace RunPod.Inference;

/// <summary>A model folder that cannot be served. The message says what is wrong and what to do; it is cut to <see cref="ErrorText.MaxBytes"/>.</summary>
public sealed class ModelLoadException(string message, Exception? innerException = null) : Exception(ErrorText.Bound(message), innerException);
