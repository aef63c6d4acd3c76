using RunPod.Chaos.Histories;
using RunPod.Chaos.Rules;

namespace RunPod.Tests.Unit.Chaos;

/// <summary>Histories made by hand: each breaks one promise, or looks as if it did.</summary>
public sealed class CheckerTests
{
    private static readonly Func<Submission, Submission> Webhook = sent => sent with { Webhook = true };
    private static readonly Func<Submission, Submission> Fails = sent => sent with { Fails = true };

    [Fact]
    public void Check_GoodHistory_BreaksNothing() => AssertKept(HistoryMaker.Good(Webhook).Webhook().Completed().End());

    [Fact]
    public void Check_AcceptedJobIsNotFound_Breaks() =>
        AssertBroken(Existence.CheckFound, HistoryMaker.Good().Call("status", call => call with { Http = 404, Code = "job_not_found" }));

    [Fact]
    public void Check_NotFoundPastRetention_IsKept() =>
        AssertKept(HistoryMaker.Good().At(1200).Call("status", call => call with { Http = 404, Code = "job_not_found" }).End());

    [Fact]
    public void Check_JobOfUnansweredSubmissionIsNotFound_IsKept() =>
        AssertKept(HistoryMaker.Empty().Submit(http: 0).Call("status", call => call with { Http = 404, Code = "job_not_found" }).End());

    [Fact]
    public void Check_JobNeverEnds_Breaks() => AssertBroken(Existence.CheckEnd, HistoryMaker.Empty().Submit().Status("IN_QUEUE").End());

    [Fact]
    public void Check_JobIsNeverSeen_Breaks() => AssertBroken(Existence.CheckEnd, HistoryMaker.Empty().Submit().End());

    [Fact]
    public void Check_JobEndsTooLate_Breaks() =>
        AssertBroken(Existence.CheckEnd, HistoryMaker.Empty().Submit().Model("r1", RunStep.Began).Model("r1", RunStep.Returned).At(80).Status("IN_QUEUE").Completed().End());

    [Theory]
    [InlineData("IN_PROGRESS")]
    [InlineData("IN_QUEUE")]
    public void Check_CompletedJobIsOpenAgain_Breaks(string status) => AssertBroken(Outcomes.CheckOnce, HistoryMaker.Good().Status(status).Completed().End());

    [Fact]
    public void Check_FailedJobCompletesWithoutRetry_Breaks() =>
        AssertBroken(Outcomes.CheckOnce, HistoryMaker.Empty().Submit(Fails).Model("r1", RunStep.Began).Model("r1", RunStep.Failed).Status("FAILED").Status("TIMED_OUT").End());

    [Theory]
    [InlineData(200)]
    [InlineData(503)]
    [InlineData(0)]
    public void Check_FailedJobRunsAfterRetry_IsKept(int http) => AssertKept(Failed().Call("retry", call => call with { Http = http }).Status("IN_PROGRESS").Status("FAILED").End());

    [Fact]
    public void Check_FailedJobRunsAfterRefusedRetry_Breaks() =>
        AssertBroken(Outcomes.CheckOnce, Failed().Call("retry", call => call with { Http = 400 }).Status("IN_PROGRESS").Status("FAILED").End());

    [Fact]
    public void Check_OverlappingCallsSeeDifferentStates_IsKept() =>
        AssertKept(HistoryMaker.Good().Call("status", call => call with { Start = call.Start - 0.95, End = call.End, Status = "IN_PROGRESS", Retries = 0 }).Completed().End());

    [Fact]
    public void Check_OutputChanges_Breaks() =>
        AssertBroken(Outcomes.CheckImmutable, HistoryMaker.Good().Model("r2", RunStep.Began).Model("r2", RunStep.Returned).Completed("""{"token":"anna/0#1","run":"r2","attempt":1}""").End());

    [Fact]
    public void Check_ErrorChanges_Breaks() => AssertBroken(Outcomes.CheckImmutable, Failed().Status("FAILED", error: "another").End());

    [Fact]
    public void Check_CancelledJobCompletes_Breaks() => AssertBroken(
        Outcomes.CheckCancelled,
        HistoryMaker.Empty().Submit(Webhook).Call("cancel", call => call with { Status = "CANCELLED" }).Status("CANCELLED").Webhook().End());

    [Fact]
    public void Check_FailureNobodyAskedFor_Breaks() => AssertBroken(Outcomes.CheckCause, HistoryMaker.Empty().Submit().Status("FAILED", error: "all attempts were lost").End());

    [Fact]
    public void Check_CancellationNobodyAskedFor_Breaks() => AssertBroken(Outcomes.CheckCause, HistoryMaker.Empty().Submit().Status("CANCELLED").End());

    [Fact]
    public void Check_TimeOutWithoutPolicy_Breaks() => AssertBroken(Outcomes.CheckCause, HistoryMaker.Empty().Submit().Status("TIMED_OUT").End());

    [Theory]
    [InlineData("""{"token":"anna/0#2","run":"r1","attempt":1}""", 0)]
    [InlineData("""{"token":"anna/0#1","run":"r9","attempt":1}""", 0)]
    [InlineData("""{"token":"anna/0#1","run":"r1","attempt":1}""", 1)]
    [InlineData("null", 0)]
    public void Check_OutputIsNotThatOfTheLastAttempt_Breaks(string output, int retries) =>
        AssertBroken(Attempts.CheckOutput, HistoryMaker.Empty().Submit().Model("r1", RunStep.Began).Model("r1", RunStep.Returned).Completed(output, retries).End());

    [Fact]
    public void Check_BackToTheQueueWithoutALostAttempt_Breaks() =>
        AssertBroken(Attempts.CheckForward, HistoryMaker.Empty().Submit().Model("r1", RunStep.Began).Status("IN_PROGRESS").Status("IN_QUEUE").Model("r1", RunStep.Returned).Completed().End());

    [Fact]
    public void Check_BackToTheQueueWithAHandedBackAttempt_IsKept() => AssertKept(
        HistoryMaker.Empty().Submit().Model("r0", RunStep.Began).Status("IN_PROGRESS").Model("r0", RunStep.Stopped).Status("IN_QUEUE")
            .Model("r1", RunStep.Began).Model("r1", RunStep.Returned).Completed("""{"token":"anna/0#1","run":"r1","attempt":2}""", retries: 1).End());

    [Fact]
    public void Check_RetriesGoDown_Breaks() => AssertBroken(Attempts.CheckForward, HistoryMaker.Empty().Submit().Status("IN_PROGRESS", retries: 1).Status("IN_PROGRESS").End());

    [Fact]
    public void Check_WebhookHasAnotherOutcome_Breaks() => AssertBroken(Deliveries.CheckAgreement, HistoryMaker.Good(Webhook).Webhook(output: "{}").End());

    [Fact]
    public void Check_WebhookHasAWrongSignature_Breaks() => AssertBroken(Deliveries.CheckAgreement, HistoryMaker.Good(Webhook).Webhook(isSigned: false).End());

    [Fact]
    public void Check_WebhookOfAnOpenJob_Breaks() => AssertBroken(Deliveries.CheckAgreement, HistoryMaker.Empty().Submit(Webhook).Webhook("IN_PROGRESS", output: null).End());

    [Fact]
    public void Check_OneMessageSaysTwoThings_Breaks() =>
        AssertBroken(Deliveries.CheckAgreement, Failed().Call("retry", call => call).Status("FAILED").Webhook("FAILED", null).Webhook("FAILED", null, error: "another").End());

    [Fact]
    public void Check_NobodyIsTold_Breaks() => AssertBroken(Deliveries.CheckDelivery, HistoryMaker.Good(Webhook).End());

    [Fact]
    public void Check_TriesUnderTwoIds_Breaks() => AssertBroken(Deliveries.CheckDelivery, HistoryMaker.Good(Webhook).Webhook(id: "msg_1").Webhook(id: "msg_2").End());

    [Fact]
    public void Check_OneIdForTwoJobs_Breaks() => AssertBroken(Deliveries.CheckDelivery, HistoryMaker.Good(Webhook).Webhook().Webhook(job: "job-2").End());

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(0, 2, 1)]
    [InlineData(0, 2)]
    [InlineData(1)]
    public void Check_ChunksOutOfOrderTwiceOrMissing_Breaks(params int[] numbers) => AssertBroken(Streams.Check, HistoryMaker.Good().Stream("r1", numbers));

    [Fact]
    public void Check_AnEarlierAttemptStreamsAgain_Breaks() => AssertBroken(Streams.Check, HistoryMaker.Good().Stream("r1", 0).Stream("r2", 0).Stream("r1", 1));

    [Fact]
    public void Check_ChunksLostWithAnAnswer_IsKept() =>
        AssertKept(HistoryMaker.Good().Stream("r1", 0, 1).Call("stream", call => call with { Http = 0, Failure = "timeout" }).Stream("r1", 3, 4).Stream("r2", 0).End());

    [Fact]
    public void Check_OneKeyMakesTwoJobs_Breaks() => AssertBroken(
        Idempotency.Check,
        HistoryMaker.Empty().Submit(sent => sent with { IsIdempotent = true }).Submit(sent => sent with { IsIdempotent = true }, job: "job-2"));

    [Fact]
    public void Check_MoreThanTheLimit_Breaks() => AssertBroken(RateLimits.Check, Health(3));

    [Fact]
    public void Check_MoreThanTheLimitAfterALimiterWasLost_IsKept() => AssertKept(Health(3).Fault(FaultStep.Killed).End());

    [Fact]
    public void Check_MoreThanTheLimitAfterRedisWasLost_Breaks() => AssertBroken(RateLimits.Check, Health(3).Fault(FaultStep.Killed, "redis").End());

    [Theory]
    [InlineData(0, 0, 200)]
    [InlineData(500, 200, 200)]
    [InlineData(503, 503, 503)]
    public void Check_CallsFailWhileSilosStopInOrder_Breaks(params int[] answers) => AssertBroken(Calls.CheckRolling, Rolling(answers));

    [Fact]
    public void Check_OneRetryHealsA503_IsKept() => AssertKept(Rolling(503, 200, 503, 200));

    [Fact]
    public void Rules_EachOne_IsKeptByAnEmptyHistory() => Assert.All(Checker.Rules, rule => Assert.Empty(rule.Check(HistoryMaker.Empty().History())));

    private static HistoryMaker Failed() => HistoryMaker.Empty().Submit(Fails).Model("r1", RunStep.Began).Model("r1", RunStep.Failed).Status("FAILED");

    private static HistoryMaker Health(int calls)
    {
        var history = HistoryMaker.Empty();
        for (var i = 0; i < calls; i++)
        {
            history.Call("health", call => call with { JobId = null });
        }

        return history;
    }

    private static HistoryMaker Rolling(params int[] answers)
    {
        var history = HistoryMaker.Empty(settings => settings with { StopsInOrder = true });
        foreach (var http in answers)
        {
            history.Call("purge-queue", call => call with { JobId = null, Http = http });
        }

        return history;
    }

    private static void AssertKept(HistoryMaker history) => Assert.Empty(history.Broken());

    private static void AssertBroken(Func<RunHistory, IEnumerable<Violation>> check, HistoryMaker history)
    {
        var rule = Checker.Rules.Single(rule => rule.Check == check);
        Assert.Contains(rule.Promise, history.Broken());
    }
}
