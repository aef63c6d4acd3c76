namespace RunPod.Chaos.Rules;

/// <summary>Something that must not be in a history.</summary>
/// <param name="Message">What it is, with the times.</param>
/// <param name="JobId">The job that it is about, if it is about one.</param>
internal sealed record Violation(string Message, string? JobId = null);
