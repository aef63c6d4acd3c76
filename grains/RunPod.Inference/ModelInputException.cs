namespace RunPod.Inference;

/// <summary>A job's input that the model does not accept. The message is what the client reads in <c>error</c>.</summary>
public sealed class ModelInputException(string message) : Exception(message);
