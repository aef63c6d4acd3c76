namespace RunPod.Chaos.Histories;

/// <summary>What became of runs of the model.</summary>
internal static class Executions
{
    /// <summary>The beginnings of runs that were neither finished nor told to stop: their silo ended.</summary>
    public static IEnumerable<Execution> Lost(RunHistory history) =>
        history.Executions.GroupBy(execution => execution.Run).Where(run => run.Count() == 1).Select(run => run.First());

    /// <summary>The ends of runs that finished when a later run of the same job had begun: their reports must be refused.</summary>
    public static IEnumerable<Execution> Late(RunHistory history) =>
        from job in history.Executions.GroupBy(execution => execution.Token)
        let begun = job.Where(execution => execution.Step == RunStep.Began).ToArray()
        where begun.Length > 1
        from end in job.Where(execution => execution.Step is RunStep.Returned or RunStep.Failed)
        let own = begun.First(begin => begin.Run == end.Run)
        where begun.Any(other => other.Start > own.Start && other.Start < end.Start)
        select end;

    /// <summary>For each run that a kill of its silo cut off, the seconds from the kill to the job's next run.</summary>
    public static IEnumerable<double> Redispatches(RunHistory history)
    {
        var kills = history.Faults.Where(fault => fault.Step == FaultStep.Killed).ToLookup(fault => fault.Target, fault => fault.Start);
        var begun = history.Executions.Where(execution => execution.Step == RunStep.Began).ToLookup(execution => execution.Token, execution => execution.Start);
        return
            from lost in Lost(history)
            let killed = kills[lost.Node].Where(kill => kill > lost.Start).DefaultIfEmpty(double.NaN).First()
            let next = begun[lost.Token].Where(start => start > killed).DefaultIfEmpty(double.NaN).First()
            where !double.IsNaN(next - killed)
            select next - killed;
    }

    /// <summary>How many runs were under way at a time.</summary>
    public static int RunningAt(RunHistory history, double time)
    {
        var gone = history.Faults.Where(fault => fault.Step is FaultStep.Killed or FaultStep.Exited && fault.Start < time).ToLookup(fault => fault.Target, fault => fault.Start);
        return history.Executions.Where(execution => execution.Start <= time).GroupBy(execution => execution.Run)
            .Count(run => run.Count() == 1 && run.First() is var begun && !gone[begun.Node].Any(end => end > begun.Start));
    }
}
