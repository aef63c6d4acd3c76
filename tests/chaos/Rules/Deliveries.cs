using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Rules;

/// <summary>What webhooks tell.</summary>
internal static class Deliveries
{
    public static IEnumerable<Violation> CheckAgreement(RunHistory history)
    {
        foreach (var job in history.Jobs)
        {
            foreach (var delivery in job.Deliveries)
            {
                if (!delivery.IsSigned)
                {
                    yield return new Violation($"has a message with a wrong signature at {delivery.Start:F3}", job.Id);
                }

                if (!Sighting.IsEnd(delivery.Status))
                {
                    yield return new Violation($"was told to be {delivery.Status} at {delivery.Start:F3}", job.Id);
                }
            }

            // Each message is one end: all of its tries say the same, and one of them is what clients saw last.
            foreach (var message in job.Deliveries.GroupBy(delivery => delivery.MessageId).Where(message => message.Select(Told).Distinct().Count() > 1))
            {
                yield return new Violation($"has a message {message.Key} that says two things", job.Id);
            }

            // After a retry without an answer nobody knows which end a client saw.
            if (job.Deliveries.Count > 0 && job.Last is { IsTerminal: true, IsWhole: true } last && job.PossibleRetries == 0
                && job.Deliveries.FirstOrDefault(delivery => Told(delivery) != (last.Status, last.Output, last.Error)) is { } other)
            {
                yield return new Violation($"is {last.Status} with output {last.Output} and was told to be {other.Status} with {other.Output}", job.Id);
            }
        }
    }

    public static IEnumerable<Violation> CheckDelivery(RunHistory history)
    {
        var settled = double.IsFinite(history.SettledAt);
        foreach (var job in history.Jobs)
        {
            if (settled && job is { IsAccepted: true, Sent.Webhook: true, Last.IsTerminal: true, Deliveries.Count: 0 })
            {
                yield return new Violation($"is {job.Last.Status} and nobody was told", job.Id);
            }

            var messages = job.Deliveries.Select(delivery => delivery.MessageId).Distinct().Count();
            if (messages > 1 + job.PossibleRetries)
            {
                yield return new Violation($"was told under {messages} ids, and retried at most {job.PossibleRetries} times", job.Id);
            }
        }

        foreach (var message in history.Deliveries.GroupBy(delivery => delivery.MessageId).Where(message => message.DistinctBy(delivery => delivery.JobId).Count() > 1))
        {
            yield return new Violation($"Message {message.Key} is about several jobs");
        }
    }

    private static (string, string?, string?) Told(Delivery delivery) => (delivery.Status, delivery.Output, delivery.Error);
}
