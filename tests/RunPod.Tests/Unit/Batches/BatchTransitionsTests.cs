using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Batches;

namespace RunPod.Tests.Unit.Batches;

public sealed class BatchTransitionsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Start.AddMinutes(5);

    private static BatchState Draft { get; } = BatchTransitions.Create("anna", "nightly", TimeSpan.FromHours(72), Start);

    [Fact]
    public void Append_PagesInARow_NumbersGoOn()
    {
        var batch = With(Draft, Page(0, 0, 64), Page(1, 64, 6));

        var next = BatchTransitions.Append(batch, [Page(2, 70, 10)], Later);

        Assert.Equal((80, 80, 3), (next.NextRequest, next.Total, next.Pages.Length));
        Assert.Equal(Later + TimeSpan.FromHours(72), next.ExpiresAt);
    }

    [Fact]
    public void Append_PageThatBeginsWhereTheLastOneDoes_TakesItsPlaceAndItsRemovals()
    {
        var batch = BatchTransitions.Remove(With(Draft, Page(0, 0, 64), Page(1, 64, 6)), 65, Start);

        var next = BatchTransitions.Append(batch, [Page(2, 64, 64), Page(3, 128, 1)], Later);

        Assert.Equal([0, 2, 3], next.Pages.Select(page => page.Number));
        Assert.Equal((129, 128), (next.NextRequest, next.Total));
        Assert.Null(next.Find(65));
        Assert.NotNull(next.Find(66));
    }

    [Fact]
    public void Remove_LastRequestOfAPage_TakesThePageAndKeepsTheNumbers()
    {
        var batch = With(Draft, Page(0, 0, 64), Page(1, 64, 2));

        batch = BatchTransitions.Remove(BatchTransitions.Remove(batch, 64, Start), 65, Later);

        Assert.Equal((66, 64, 1), (batch.NextRequest, batch.Total, batch.Pages.Length));
        Assert.Same(batch, BatchTransitions.Remove(batch, 65, Later));
        Assert.Equal(66, BatchTransitions.Append(batch, [Page(2, 66, 1)], Later).Pages[^1].First);
    }

    [Fact]
    public void Finalize_Empty_StaysADraft()
    {
        Assert.Same(Draft, BatchTransitions.Finalize(Draft, webhook: null, Later));
    }

    [Fact]
    public void Finalize_Twice_ChangesNothingMore()
    {
        var finalized = BatchTransitions.Finalize(With(Draft, Page(0, 0, 3)), "https://example.com", Later);

        Assert.Equal((BatchStatus.Finalized, Later), (finalized.Status, finalized.FinalizedAt));
        Assert.Null(finalized.ExpiresAt);
        Assert.Same(finalized, BatchTransitions.Finalize(finalized, webhook: null, Later));
        Assert.Same(finalized, BatchTransitions.Append(finalized, [Page(1, 3, 1)], Later));
        Assert.Same(finalized, BatchTransitions.Remove(finalized, 1, Later));
    }

    [Fact]
    public void Open_RemovedRequests_DoNotCount()
    {
        var batch = BatchTransitions.Remove(With(Draft, Page(0, 0, 64), Page(1, 64, 64)), 1, Start);
        batch = BatchTransitions.Finalize(batch, webhook: null, Start);

        var first = BatchTransitions.Open(batch, room: 64);
        var all = BatchTransitions.Open(first, room: 100);

        Assert.Equal(65, first.Opened);
        Assert.Equal(128, all.Opened);
        Assert.Same(all, BatchTransitions.Open(all, room: 100));
        Assert.Same(first, BatchTransitions.Open(first, room: 0));
    }

    [Fact]
    public void Open_DraftOrStopped_OpensNothing()
    {
        var batch = With(Draft, Page(0, 0, 3));
        var stopped = BatchTransitions.Stop(BatchTransitions.Finalize(batch, webhook: null, Start), Later);

        Assert.Same(batch, BatchTransitions.Open(batch, room: 10));
        Assert.Same(stopped, BatchTransitions.Open(stopped, room: 10));
    }

    [Theory]
    [InlineData(false, null, BatchStatus.Completed)]
    [InlineData(true, null, BatchStatus.Cancelled)]
    [InlineData(true, "lost", BatchStatus.Failed)]
    public void End_AnyReason_HasItsStatusAndIsKeptForTheRetention(bool stopped, string? error, BatchStatus status)
    {
        var batch = BatchTransitions.Finalize(With(Draft, Page(0, 0, 3)), webhook: null, Start);
        batch = stopped ? BatchTransitions.Stop(batch, Start, error) : batch;

        var ended = BatchTransitions.End(batch, new BatchCounts(0, 3, 0, 0), Later);

        Assert.Equal((status, Later, Later + TimeSpan.FromHours(72)), (ended.Status, ended.EndedAt, ended.ExpiresAt));
        Assert.Same(ended, BatchTransitions.End(ended, default, Later));
        Assert.Same(ended, BatchTransitions.Stop(ended, Later));
    }

    [Fact]
    public void Stop_Twice_KeepsTheFirstReason()
    {
        var stopped = BatchTransitions.Stop(BatchTransitions.Finalize(With(Draft, Page(0, 0, 3)), webhook: null, Start), Start);

        Assert.Same(stopped, BatchTransitions.Stop(stopped, Later, "lost"));
    }

    [Fact]
    public void Record_SecondEnd_IsIgnored()
    {
        var batch = BatchTransitions.Open(BatchTransitions.Finalize(With(Draft, Page(0, 0, 3)), webhook: null, Start), room: 2);
        var progress = BatchProgress.OfNothing(batch);

        Assert.Equal([0, 1], progress.OpenRequests);
        Assert.True(progress.Record(0, new RequestResult(JobStatus.InProgress, Start, null)));
        Assert.Equal(new BatchCounts(1, 0, 0, 0), progress.CountsOf(batch));
        Assert.Empty(progress.DirtyPages);
        Assert.True(progress.Record(0, new RequestResult(JobStatus.Failed, Start, Later)));
        Assert.False(progress.Record(0, new RequestResult(JobStatus.Completed, Start, Later)));
        Assert.True(progress.Record(1, new RequestResult(JobStatus.TimedOut, Start, Later)));

        Assert.Equal(new BatchCounts(0, 0, 2, 0), progress.CountsOf(batch));
        Assert.Empty(progress.OpenRequests);
        Assert.Equal([0], progress.DirtyPages);
    }

    [Fact]
    public void Record_LostAttempt_WaitsAgain()
    {
        var batch = BatchTransitions.Open(BatchTransitions.Finalize(With(Draft, Page(0, 0, 1)), webhook: null, Start), room: 1);
        var progress = BatchProgress.OfNothing(batch);
        progress.Record(0, new RequestResult(JobStatus.InProgress, Start, null));

        progress.Record(0, default);

        Assert.Equal(default, progress.CountsOf(batch));
        Assert.Equal([0], progress.OpenRequests);
    }

    [Fact]
    public void Counts_StoppedBatch_WhatWasNotOpenedIsCancelledAndFailed()
    {
        var batch = BatchTransitions.Remove(With(Draft, Page(0, 0, 64), Page(1, 64, 10)), 70, Start);
        batch = BatchTransitions.Open(BatchTransitions.Finalize(batch, webhook: null, Start), room: 2);
        var progress = BatchProgress.OfNothing(batch);
        progress.Record(0, new RequestResult(JobStatus.Completed, Start, Later));
        progress.Record(1, new RequestResult(JobStatus.Cancelled, null, Later));

        var stopped = BatchTransitions.Stop(batch, Later);

        Assert.Equal(new BatchCounts(0, 1, 72, 72), progress.CountsOf(stopped));
        Assert.Equal(73, stopped.Total);
        Assert.Equal(new RequestResult(JobStatus.Cancelled, null, Later), progress.Get(73, stopped));
    }

    [Fact]
    public void Progress_StoredResults_GoOnFromThere()
    {
        var batch = BatchTransitions.Open(BatchTransitions.Finalize(With(Draft, Page(0, 0, 2), Page(1, 2, 2)), webhook: null, Start), room: 3);
        var before = BatchProgress.OfNothing(batch);
        before.Record(0, new RequestResult(JobStatus.Completed, Start, Later));

        var after = new BatchProgress(batch, [before.TakeDirty(0), null]);

        Assert.Equal(new BatchCounts(0, 1, 0, 0), after.CountsOf(batch));
        Assert.Equal([1, 2], after.OpenRequests);
    }

    private static BatchPage Page(int number, int first, int count) => new() { Number = number, First = first, Count = count, Bytes = 100 };

    private static BatchState With(BatchState batch, params BatchPage[] pages) =>
        BatchTransitions.Append(BatchTransitions.Reserve(batch, pages.Length), pages, Start);
}
