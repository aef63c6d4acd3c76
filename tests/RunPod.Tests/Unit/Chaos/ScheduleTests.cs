using RunPod.Chaos.Faults;

namespace RunPod.Tests.Unit.Chaos;

public sealed class ScheduleTests
{
    private static readonly ScheduleOptions Options = new() { Duration = 600, Nodes = 3, Kinds = Enum.GetValues<FaultKind>() };

    [Fact]
    public void Create_SameSeed_IsTheSame() => Assert.Equal(Schedule.Create(7, Options), Schedule.Create(7, Options));

    [Fact]
    public void Create_AnotherSeed_IsAnother() => Assert.NotEqual(Schedule.Create(7, Options), Schedule.Create(8, Options));

    [Fact]
    public void Create_AllKinds_HasEachInOrderOfTime()
    {
        var schedule = Schedule.Create(7, Options);

        Assert.Equal(Options.Kinds, schedule.Select(fault => fault.Kind).Distinct().Order());
        Assert.Equal(schedule.Select(fault => fault.At), schedule.Select(fault => fault.At).Order());
        Assert.All(schedule, fault => Assert.InRange(fault.At, Options.First, Options.Duration));
    }

    [Fact]
    public void Create_Always_LeavesOneSiloUntouched()
    {
        var schedule = Schedule.Create(7, Options with { Gap = (0.5, 1), Kinds = [FaultKind.KillSilo, FaultKind.FreezeSilo, FaultKind.CutSilos] });

        Assert.All(schedule, fault =>
        {
            var touched = schedule.Where(other => other.At <= fault.At && fault.At < other.At + other.For + Options.Rest)
                .SelectMany(other => other.Kind == FaultKind.CutSilos ? new[] { other.Node, other.Other } : [other.Node]).ToArray();
            Assert.Equal(touched.Distinct().Count(), touched.Length);
            Assert.InRange(touched.Length, 1, 2);
        });
    }

    [Fact]
    public void Create_Count_IsReached() => Assert.Equal(20, Schedule.Create(7, Options with { Duration = double.PositiveInfinity, Count = 20, Kinds = [FaultKind.KillSilo] }).Count);
}
