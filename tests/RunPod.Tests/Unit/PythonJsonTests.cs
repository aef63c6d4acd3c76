using RunPod.Inference.Json;

namespace RunPod.Tests.Unit;

public sealed class PythonJsonTests
{
    [Theory]
    [InlineData("""{"a": -Infinity, "b": [Infinity, NaN]}""", """{"a": "-Infinity", "b": ["Infinity", "NaN"]}""")]
    [InlineData("""{"a": "to Infinity \" and NaN"}""", """{"a": "to Infinity \" and NaN"}""")]
    [InlineData("""{"a": 1}""", """{"a": 1}""")]
    public void ToStrict_PythonsNumbers_BecomeStrings(string python, string expected) =>
        Assert.Equal(expected, PythonJson.ToStrict(python));
}
