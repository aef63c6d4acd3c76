using System.Text;
using RunPod.Silo.Webhooks;

namespace RunPod.Tests.Unit.Webhooks;

public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string MessageId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1614265330;

    // The example with which the libraries of Standard Webhooks test themselves.
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    [Fact]
    public void Create_KnownMessage_HasTheKnownSignature() =>
        Assert.Equal(Signature, WebhookSignature.Create([Secret], MessageId, Timestamp, [Utf8("{\"test\": 2432232314}")]));

    [Fact]
    public void Create_BodyInParts_SignsTheWhole() =>
        Assert.Equal(Signature, WebhookSignature.Create([Secret], MessageId, Timestamp, [Utf8("{\"test\""), [], Utf8(": 2432232314"), Utf8("}")]));

    [Fact]
    public void Create_TwoSecrets_HasASignatureOfEach()
    {
        const string Other = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0";

        var signatures = WebhookSignature.Create([Other, Secret], MessageId, Timestamp, [Utf8("{\"test\": 2432232314}")]).Split(' ');

        Assert.Equal(2, signatures.Length);
        Assert.Equal(Signature, signatures[1]);
        Assert.NotEqual(Signature, signatures[0]);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
