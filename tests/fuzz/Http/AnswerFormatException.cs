namespace RunPod.Fuzz.Http;

/// <summary>What came is no answer of HTTP/1.1.</summary>
internal sealed class AnswerFormatException(string message) : Exception(message);
