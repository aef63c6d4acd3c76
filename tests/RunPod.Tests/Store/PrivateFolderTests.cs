using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using RunPod.Tests.Support;

namespace RunPod.Tests.Store;

/// <summary>What the embedded store writes holds the keys that encrypt secrets, so that nobody but its user may read it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PrivateFolderTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_NewDataFolder_IsThisUsersAlone()
    {
        await using var store = await OpenStore.AtAsync(_folder);

        Assert.Equal((Private, Private), (File.GetUnixFileMode(store.DataFolder), File.GetUnixFileMode(Path.Combine(store.DataFolder, "store"))));
    }

    [Fact]
    public async Task Open_StoreFromBeforeThatOthersRead_IsTightenedAndSaid()
    {
        var data = Directory.CreateDirectory(_folder.Combine("data"), Private | UnixFileMode.OtherRead | UnixFileMode.OtherExecute).FullName;
        var wide = Directory.CreateDirectory(Path.Combine(data, "store"), Private | UnixFileMode.OtherRead | UnixFileMode.OtherExecute).FullName;
        var dataMode = File.GetUnixFileMode(data);
        var log = new List<string>();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(new CallbackLoggerProvider(log.Add)));

        await using var store = await OpenStore.AtAsync(_folder, loggers: loggers);

        Assert.Equal(Private, File.GetUnixFileMode(wide));
        Assert.Contains(log, line => Regex.IsMatch(line, $"The folder {wide} was open to other users of this machine .mode 705."));
        // Made by somebody else, who may have more in it.
        Assert.Equal(dataMode, File.GetUnixFileMode(data));
    }
}
