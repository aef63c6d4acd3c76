using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using RunPod.Silo;
using RunPod.Tests.Support;

namespace RunPod.Tests.Unit;

public sealed class SecretFilesTests
{
    [Fact]
    public async Task AddTo_FolderOfFiles_EachIsASettingWithoutItsLineBreak()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Combine("ConnectionStrings__redis"), "redis:6379,password=secret\n");
        var configuration = Configuration(new() { ["SecretsFolder"] = folder.Path });

        SecretFiles.AddTo(configuration);

        Assert.Equal("redis:6379,password=secret", configuration.GetConnectionString("redis"));
    }

    [Fact]
    public async Task AddTo_SettingGivenElsewhereToo_TheOtherCounts()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Combine("ConnectionStrings__redis"), "redis:6379");
        var configuration = Configuration(new() { ["SecretsFolder"] = folder.Path, ["ConnectionStrings:redis"] = "other:6379" });

        SecretFiles.AddTo(configuration);

        Assert.Equal("other:6379", configuration.GetConnectionString("redis"));
    }

    [Fact]
    public void AddTo_NoSuchFolder_NamesTheSetting()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => SecretFiles.AddTo(Configuration(new() { ["SecretsFolder"] = "/no/such/folder" })));

        Assert.Contains("SecretsFolder is '/no/such/folder'", failure.Message, StringComparison.Ordinal);
    }

    private static ConfigurationManager Configuration(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationManager();
        Defaults.AddTo(configuration);
        configuration.AddInMemoryCollection(settings);
        return configuration;
    }
}
