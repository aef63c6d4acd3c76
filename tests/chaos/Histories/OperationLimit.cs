namespace RunPod.Chaos.Histories;

/// <summary>How many requests of an operation a user may make in a window of so many seconds.</summary>
internal sealed record OperationLimit(string Operation, int Requests, double Window);
