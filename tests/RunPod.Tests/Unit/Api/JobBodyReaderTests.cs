using System.IO.Pipelines;
using RunPod.Api.Jobs;

namespace RunPod.Tests.Unit.Api;

public sealed class JobBodyReaderTests
{
    [Fact]
    public async Task ReadAsync_BodyInPieces_ReadsItWhole()
    {
        var pipe = new Pipe();
        var reading = JobBodyReader.ReadAsync(pipe.Reader, limit: 100, hash: null, CancellationToken.None).AsTask();

        foreach (var piece in new[] { "{\"in", "put\":", "[1,", "2]}" })
        {
            await pipe.Writer.WriteAsync(System.Text.Encoding.UTF8.GetBytes(piece));
        }

        await pipe.Writer.CompleteAsync();
        var envelope = await reading;
        Assert.Equal("[1,2]"u8, envelope.Value!.Input);
    }

    [Fact]
    public async Task ReadAsync_BodyOfTheLimit_IsRead()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("{\"input\":1}"u8.ToArray());
        await pipe.Writer.CompleteAsync();

        var envelope = await JobBodyReader.ReadAsync(pipe.Reader, limit: 11, hash: null, CancellationToken.None);

        Assert.Null(envelope.Error);
    }

    [Fact]
    public async Task ReadAsync_OneByteMore_IsRejectedBeforeTheEnd()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("{\"input\":1}"u8.ToArray());

        var envelope = await JobBodyReader.ReadAsync(pipe.Reader, limit: 10, hash: null, CancellationToken.None);

        Assert.Equal(413, envelope.Error?.StatusCode);
    }

    [Fact]
    public async Task ReadAsync_Cancelled_Throws()
    {
        using var aborted = new CancellationTokenSource();
        var reading = JobBodyReader.ReadAsync(new Pipe().Reader, limit: 10, hash: null, aborted.Token).AsTask();

        await aborted.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }
}
