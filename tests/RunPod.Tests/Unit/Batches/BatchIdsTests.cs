using RunPod.Contracts.Batches;

namespace RunPod.Tests.Unit.Batches;

public sealed class BatchIdsTests
{
    [Fact]
    public void Request_OfABatch_LeadsBackToItsNumber()
    {
        var batchId = BatchIds.Create();

        var requestId = BatchIds.Request(batchId, 4711);

        Assert.Matches("^batch_[0-9a-f]{32}$", batchId);
        Assert.Matches("^req_[0-9a-f]{32}-4711$", requestId);
        Assert.True(BatchIds.TryParseRequest(requestId, batchId, out var number));
        Assert.Equal(4711, number);
        Assert.False(BatchIds.TryParseRequest(requestId, BatchIds.Create(), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("req_")]
    [InlineData("req_x-")]
    [InlineData("req_x-1 ")]
    [InlineData("req_x-01")]
    [InlineData("req_x--1")]
    [InlineData("req_x-99999999999")]
    [InlineData("batch_x-1")]
    public void TryParseRequest_OtherText_IsNone(string requestId)
    {
        Assert.False(BatchIds.TryParseRequest(requestId, "batch_x", out _));
    }
}
