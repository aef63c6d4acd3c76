namespace RunPod.Fuzz.Mutations;

/// <summary>How long an answer is waited for, where none need come.</summary>
internal static class Patience
{
    public static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    /// <summary>Longer than the service lets a body stand still.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(12);

    /// <summary>Seldom long, since that takes a connection for as long.</summary>
    public static TimeSpan Draw(Random random) => random.Next(200) == 0 ? Long : Short;
}
