namespace RunPod.Contracts.Requests;

/// <summary>A part of a list of jobs.</summary>
/// <param name="JobIds">Their ids, newest first.</param>
/// <param name="Total">How many the whole list has.</param>
public sealed record RequestPage(IReadOnlyList<string> JobIds, long Total);
