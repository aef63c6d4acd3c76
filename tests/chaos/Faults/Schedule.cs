namespace RunPod.Chaos.Faults;

/// <summary>Draws a schedule: a function of the seed and the options alone. At least one silo is always untouched; Redis has one fault at a time.</summary>
internal static class Schedule
{
    public static IReadOnlyList<Fault> Create(int seed, ScheduleOptions options)
    {
        var random = new Random(seed);
        var freeAt = new double[options.Nodes];
        var (redisFreeAt, addedFreeAt) = (0.0, 0.0);
        var faults = new List<Fault>();
        for (var at = options.First; at < options.Duration && faults.Count < options.Count; at += Between(options.Gap))
        {
            // Drawn whether it fits or not, so that what follows does not depend on it.
            var kind = options.Kinds[random.Next(options.Kinds.Count)];
            var lasts = Between(LengthsOf(kind));
            var free = Enumerable.Range(0, options.Nodes).Where(node => freeAt[node] <= at).ToArray();
            random.Shuffle(free);
            switch (kind)
            {
                case FaultKind.KillSilo or FaultKind.StopSilo or FaultKind.FreezeSilo or FaultKind.IsolateSilo when free.Length > 1:
                    freeAt[free[0]] = at + lasts + options.Rest;
                    faults.Add(new Fault(at, kind, lasts, free[0]));
                    break;
                case FaultKind.CutSilos when free.Length > 2:
                    freeAt[free[0]] = freeAt[free[1]] = at + lasts + options.Rest;
                    faults.Add(new Fault(at, kind, lasts, free[0], free[1]));
                    break;
                case FaultKind.KillRedis or FaultKind.FreezeRedis when redisFreeAt <= at:
                    redisFreeAt = at + lasts + options.Rest;
                    faults.Add(new Fault(at, kind, lasts));
                    break;
                case FaultKind.AddSilo when addedFreeAt <= at:
                    addedFreeAt = at + lasts + options.Rest;
                    faults.Add(new Fault(at, kind, lasts));
                    break;
            }
        }

        return faults;

        double Between((double From, double To) range) => Math.Round(range.From + (random.NextDouble() * (range.To - range.From)), 1);

        (double From, double To) LengthsOf(FaultKind kind) => kind switch
        {
            FaultKind.KillRedis or FaultKind.FreezeRedis => options.RedisDown,
            FaultKind.FreezeSilo or FaultKind.CutSilos or FaultKind.IsolateSilo => options.SiloFrozen,
            _ => options.SiloDown,
        };
    }
}
