using System.Text.RegularExpressions;

namespace RunPod.Tests.Unit;

/// <summary>SECURITY.md names a test for every promise; one that was renamed or went must be missed there.</summary>
public sealed partial class SecurityTableTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "SECURITY.md"));

    [Fact]
    public void Rows_OfThreats_NameATestOrACheck()
    {
        var rows = Lines.SkipWhile(line => line != "## What holds").TakeWhile(line => !line.StartsWith("## What must", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| threat", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.True(TestName().IsMatch(row) || row.Contains("`deploy/check.sh`", StringComparison.Ordinal) || row.Contains("`tests/", StringComparison.Ordinal), row));
    }

    [Fact]
    public void Tests_ThatAreNamed_Exist()
    {
        var methods = typeof(SecurityTableTests).Assembly.GetTypes().SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}")).ToHashSet();

        var missing = Lines.SelectMany(line => TestName().Matches(line)).Select(match => match.Groups[1].Value).Where(name => !methods.Contains(name));

        Assert.Empty(missing);
    }

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex TestName();
}
