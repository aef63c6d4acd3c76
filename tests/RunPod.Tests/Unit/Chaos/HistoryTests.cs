using RunPod.Chaos.Histories;
using RunPod.Tests.Support;

namespace RunPod.Tests.Unit.Chaos;

public sealed class HistoryTests
{
    [Fact]
    public void Parse_WhatWasWritten_IsTheSame()
    {
        var settings = HistoryMaker.Empty().History().Settings;
        var observation = HistoryMaker.Good(sent => sent with { Webhook = true }).History().Observations[^1];

        var read = HistoryEntry.Parse(observation.ToLine());

        Assert.Equal(observation, read);
        Assert.Equal(settings.Limits, Assert.IsType<RunSettings>(HistoryEntry.Parse(settings.ToLine())).Limits);
    }

    [Fact]
    public void AddFrom_LastLineIsCutOff_TakesTheOthers()
    {
        using var folder = new TempFolder();
        var line = new Milestone { Start = 1, Name = Milestone.Healed }.ToLine();
        File.WriteAllText(folder.Combine("model"), $"{line}\n{line[..^5]}");
        using var log = new HistoryLog(folder.Combine("history"), origin: 0);

        log.AddFrom(folder.Combine("model"));

        Assert.Equal(line, Assert.Single(log.Snapshot()).ToLine());
    }

    [Fact]
    public void Redispatches_AfterAKill_AreFromTheKillToTheNextRun()
    {
        var history = HistoryMaker.Empty().Submit().At(5).Model("r1", RunStep.Began).At(8).Fault(FaultStep.Killed).At(11.5).Model("r2", RunStep.Began).Model("r2", RunStep.Returned).History();

        Assert.Equal([3.5], Executions.Redispatches(history));
        Assert.Equal((1, 0, 1), (Executions.RunningAt(history, 6), Executions.RunningAt(history, 9), Executions.RunningAt(history, 12)));
    }

    [Fact]
    public void Late_RunReturnsAfterALaterOneBegan_IsFound()
    {
        var history = HistoryMaker.Empty().Submit().Model("r1", RunStep.Began).Model("r2", RunStep.Began).Model("r1", RunStep.Returned).Model("r2", RunStep.Returned).History();

        Assert.Equal("r1", Assert.Single(Executions.Late(history)).Run);
    }
}
