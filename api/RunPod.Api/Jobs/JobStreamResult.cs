using System.Buffers;
using Microsoft.AspNetCore.Http;
using RunPod.Api.Limits;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>Chunks as RunPod's clients expect them: <c>{"status":…,"stream":[{"output":X},…]}</c>. Their bytes go out as the model gave them.</summary>
internal sealed class JobStreamResult(JobStream stream) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json";
        // What was taken is nobody else's.
        response.Headers.CacheControl = "no-store";
        var body = response.BodyWriter;
        body.Write("{\"status\":\""u8);
        body.Write(System.Text.Encoding.ASCII.GetBytes(JobStatusNames.ToWire(stream.Status)));
        body.Write("\",\"stream\":["u8);
        for (var i = 0; i < stream.Chunks.Length; i++)
        {
            body.Write(i == 0 ? "{\"output\":"u8 : ",{\"output\":"u8);
            body.Write(stream.Chunks[i]);
            body.Write("}"u8);
            await body.FlushAsync(httpContext.RequestAborted);
        }

        httpContext.Features.Get<RequestPermit>()?.Release();
        body.Write(stream.IsTruncated ? "],\"truncated\":true}"u8 : "]}"u8);
        await body.FlushAsync(httpContext.RequestAborted);
    }
}
