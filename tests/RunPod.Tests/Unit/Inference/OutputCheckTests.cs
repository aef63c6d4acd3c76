using System.Text;
using RunPod.Grains.Inference;

namespace RunPod.Tests.Unit.Inference;

public sealed class OutputCheckTests
{
    [Theory]
    [InlineData("null")]
    [InlineData(" { \"a\" : [1.00, 1e400, \"\\u00e9\", null],\"a\":2 }\n")]
    [InlineData("\"grün 😀\"")]
    public void FindFault_Json_IsNull(string output) => Assert.Null(OutputCheck.FindFault(Encoding.UTF8.GetBytes(output)));

    [Theory]
    [InlineData("", 0)]
    [InlineData("NaN", 0)]
    [InlineData("""{"a":NaN}""", 5)]
    [InlineData("[1,Infinity]", 2)]
    [InlineData("[-Infinity]", 1)]
    [InlineData("{'a':1}", 1)]
    [InlineData("1 2", 1)]
    [InlineData("""{"a":1""", 6)]
    [InlineData("[1,]", 2)]
    [InlineData("\uFEFF1", 0)]
    public void FindFault_NotJson_SaysWhere(string output, int position) =>
        Assert.InRange(OutputCheck.FindFault(Encoding.UTF8.GetBytes(output)) ?? -1, position, position + 1);

    [Fact]
    public void FindFault_NotUtf8InAString_SaysWhere() => Assert.Equal(4, OutputCheck.FindFault([(byte)'"', (byte)'a', 0xC3, 0xA9, 0xE9, (byte)'"']));

    [Fact]
    public void FindFault_DeepNesting_IsNull()
    {
        var deep = new string('[', 100_000) + new string(']', 100_000);

        Assert.Null(OutputCheck.FindFault(Encoding.UTF8.GetBytes(deep)));
    }
}
