using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;
using Amazon.S3;
using RunPod.Silo.Egress;
using RunPod.Silo.Objects.S3;

namespace RunPod.Tests.Unit.Objects;

public sealed class S3FaultTests
{
    private static readonly S3Place Place = S3Place.OfClient("pictures", new Uri("https://user:hidden@s3.example:9000/path?secret=1"));

    [Theory]
    [InlineData("InvalidAccessKeyId", 403, "the server does not know the access key (InvalidAccessKeyId). Correct s3Config.accessId and submit the job again.")]
    [InlineData("SignatureDoesNotMatch", 403, "the server refused the signature (SignatureDoesNotMatch). Correct s3Config.accessSecret and submit the job again.")]
    [InlineData("AccessDenied", 403, "the access key may not do this (AccessDenied). Allow it s3:PutObject and retry the job.")]
    [InlineData("NoSuchBucket", 404, "it does not exist (NoSuchBucket). Create it and retry the job, or correct s3Config.bucketName and submit the job again.")]
    [InlineData("PermanentRedirect", 301, "it is in another region (PermanentRedirect). Name its region in s3Config.endpointUrl and submit the job again.")]
    [InlineData("SlowDown", 503, "the server does not work or cannot be reached (SlowDown). Make sure that it does and retry the job.")]
    [InlineData("QuotaExceeded", 400, "the server refused the request (QuotaExceeded). Correct what the code stands for and submit the job again.")]
    [InlineData("<b>long text</b>", 400, "the server refused the request (Http400). Correct what the code stands for and submit the job again.")]
    [InlineData("", 502, "the server does not work or cannot be reached (Http502). Make sure that it does and retry the job.")]
    public void Describe_AnswerOfTheServer_SaysWhatToDo(string code, int status, string expected)
    {
        var fault = S3Fault.Of(new AmazonS3Exception("secret text of the server", ErrorType.Sender, code, "request", (HttpStatusCode)status));

        Assert.Equal($"Bucket 'pictures' at s3.example:9000 cannot be used: {expected}", fault.Describe(Place, "s3:PutObject"));
        Assert.Equal(status >= 500, fault.IsTemporary);
    }

    [Fact]
    public void Of_Exception_FindsTheCauseBelowIt()
    {
        Assert.Equal(("ConnectionRefused", true), Of(new SocketException((int)SocketError.ConnectionRefused)));
        Assert.Equal(("HostNotFound", true), Of(new SocketException((int)SocketError.HostNotFound)));
        Assert.Equal(("TlsFailed", false), Of(new AuthenticationException("x")));
        Assert.Equal(("Timeout", true), Of(new TaskCanceledException()));
        Assert.Equal(("ConnectionLost", true), Of(new IOException()));
        Assert.Equal(("AddressRefused", false), Of(new EgressRefusedException("10.0.0.1")));

        static (string, bool) Of(Exception cause)
        {
            var fault = S3Fault.Of(new HttpRequestException("outer", cause));
            return (fault.Code, fault.IsTemporary);
        }
    }

    [Fact]
    public void Describe_AddressRefused_IsTheSentenceOfTheGuard()
    {
        var refused = new EgressRefusedException("10.0.0.1");

        Assert.EndsWith(refused.Message, S3Fault.Of(new AmazonClientException("x", refused)).Describe(Place, "s3:PutObject"), StringComparison.Ordinal);
    }
}
