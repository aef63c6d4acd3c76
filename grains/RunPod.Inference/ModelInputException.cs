namespace RunPod.Inference;

/// <summary>
/// A job's input that the model does not accept. The message is what the client reads in <c>error</c>: it speaks of the input alone, not of the server's
/// files, and is cut to <see cref="ErrorText.MaxBytes"/>.
/// </summary>
public sealed class ModelInputException(string message) : Exception(ErrorText.Bound(message));
