using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Rules;

/// <summary>A promise of the service, and the pure function that finds where a history breaks it.</summary>
internal sealed record Rule(string Promise, Func<RunHistory, IEnumerable<Violation>> Check);
