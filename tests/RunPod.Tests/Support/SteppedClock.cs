using Microsoft.Extensions.Time.Testing;

namespace RunPod.Tests.Support;

/// <summary>A clock whose wall time can be set while time goes on, as an administrator or a time server does it.</summary>
internal sealed class SteppedClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <summary>By how much the wall clock is set forward.</summary>
    public TimeSpan Step { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Step;

    public override long GetTimestamp() => base.GetUtcNow().UtcTicks;
}
