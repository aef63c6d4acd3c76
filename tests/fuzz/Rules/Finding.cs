namespace RunPod.Fuzz.Rules;

/// <summary>Everything of one kind that broke a rule.</summary>
internal sealed class Finding(Rule rule, string shape, long? example, string detail)
{
    private int _count;

    public Rule Rule { get; } = rule;

    public string Shape { get; } = shape;

    /// <summary>The number of the first request of this kind.</summary>
    public long? Example { get; } = example;

    public string Detail { get; } = detail;

    public int Count => _count;

    public void Increment() => Interlocked.Increment(ref _count);
}
