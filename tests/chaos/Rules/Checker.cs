using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Rules;

/// <summary>All promises.</summary>
internal static class Checker
{
    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("An accepted job is found until its retention is over", Existence.CheckFound),
        new("Every accepted job ends, at the latest a while after the last fault", Existence.CheckEnd),
        new("A job ends once, until its client retries it", Outcomes.CheckOnce),
        new("What has ended does not change", Outcomes.CheckImmutable),
        new("A cancelled job does not complete", Outcomes.CheckCancelled),
        new("An end has a cause: failure was asked for, a time-out or a cancellation", Outcomes.CheckCause),
        new("An output is that of the job's last attempt, as the model returned it", Attempts.CheckOutput),
        new("A job goes forward, and back only with an attempt that did not finish", Attempts.CheckForward),
        new("Webhooks are signed and agree with the outcome", Deliveries.CheckAgreement),
        new("Every end of a job with a webhook is told, under one id", Deliveries.CheckDelivery),
        new("Chunks come in order, none twice, none missing but what a broken connection took", Streams.Check),
        new("One Idempotency-Key makes one job", Idempotency.Check),
        new("No user gets more than the limit", RateLimits.Check),
        new("While silos are only stopped in order, no call fails but with a 503 that a retry heals", Calls.CheckRolling),
    ];

    public static IReadOnlyList<(Rule Rule, IReadOnlyList<Violation> Violations)> Check(RunHistory history) =>
        [.. Rules.Select(rule => (rule, (IReadOnlyList<Violation>)[.. rule.Check(history)]))];
}
