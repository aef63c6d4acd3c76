using RunPod.Chaos.Histories;
using RunPod.Chaos.Rules;

namespace RunPod.Tests.Unit.Chaos;

/// <summary>Makes a history by hand: one job that was accepted, and what the test adds. Each call takes a second.</summary>
internal sealed class HistoryMaker
{
    public const string Job = "job-1";
    public const string Token = "anna/0#1";
    private const string Output = """{"token":"anna/0#1","run":"r1","attempt":1}""";

    private readonly List<HistoryEntry> _entries = [];
    private double _now;

    private HistoryMaker(RunSettings settings) => _entries.Add(settings);

    /// <summary>A job that was accepted, ran once and is COMPLETED. The faults are over at 10 s.</summary>
    public static HistoryMaker Good(Func<Submission, Submission>? change = null) =>
        Empty().Submit(change).Model("r1", RunStep.Began).Status("IN_PROGRESS").Model("r1", RunStep.Returned).Completed();

    /// <summary>No job yet.</summary>
    public static HistoryMaker Empty(Func<RunSettings, RunSettings>? change = null)
    {
        var settings = new RunSettings { Scenario = "hand-made", Seed = 1, EndBound = 60, Retention = 1000, Limits = [new OperationLimit("health", 2, 10)] };
        return new HistoryMaker(change is null ? settings : change(settings));
    }

    /// <summary>What is broken, as the promises' first words.</summary>
    public string[] Broken() => [.. Checker.Check(new RunHistory(_entries)).Where(found => found.Violations.Count > 0).Select(found => found.Rule.Promise)];

    public RunHistory History() => new(_entries);

    public HistoryMaker At(double now)
    {
        _now = now;
        return this;
    }

    public HistoryMaker Submit(Func<Submission, Submission>? change = null, string job = Job, int http = 200)
    {
        var sent = new Submission { Token = Token, Milliseconds = 100 };
        return Call("run", call => call with { Sent = change is null ? sent : change(sent), Status = "IN_QUEUE", JobId = http == 200 ? job : null, Http = http });
    }

    public HistoryMaker Status(string status, int retries = 0, string? output = null, string? error = null) =>
        Call("status", call => call with { Status = status, Retries = retries, Output = output, Error = error });

    public HistoryMaker Completed(string output = Output, int retries = 0) => Status("COMPLETED", retries, output);

    public HistoryMaker Call(string operation, Func<Observation, Observation> change)
    {
        var call = new Observation { Start = _now, End = _now + 0.9, Client = "anna/0", Node = "silo0", Operation = operation, JobId = Job, Http = 200 };
        return Add(change(call));
    }

    public HistoryMaker Model(string run, RunStep step) => Add(new Execution { Start = _now, Token = Token, Run = run, Node = "silo0", Step = step });

    public HistoryMaker Fault(FaultStep step, string target = "silo0") => Add(new FaultNote { Start = _now, Step = step, Target = target });

    public HistoryMaker Webhook(string status = "COMPLETED", string? output = Output, string id = "msg_1", bool isSigned = true, string job = Job, string? error = null) => Add(new Delivery
    {
        Start = _now,
        MessageId = id,
        JobId = job,
        Token = Token,
        Status = status,
        Output = output,
        Error = error,
        IsSigned = isSigned,
        Answered = 200,
    });

    public HistoryMaker Stream(string run, params int[] numbers) => Call("stream", call => call with { Status = "IN_PROGRESS", Chunks = [.. numbers.Select(n => new Chunk(run, n))] });

    /// <summary>The faults are over, and everything has been asked for a last time.</summary>
    public HistoryMaker End() => Add(new Milestone { Start = 10, Name = Milestone.Healed }).Add(new Milestone { Start = 900, Name = Milestone.Settled });

    private HistoryMaker Add(HistoryEntry entry)
    {
        _entries.Add(entry);
        _now++;
        return this;
    }
}
