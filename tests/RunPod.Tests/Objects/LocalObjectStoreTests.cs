using RunPod.Contracts.Objects;
using RunPod.Silo.Objects;
using RunPod.Tests.Support;

namespace RunPod.Tests.Objects;

public sealed class LocalObjectStoreTests : ObjectStoreContract, IAsyncLifetime
{
    private ObjectServer _server = null!;

    private protected override IObjectStore Store => _server.Store;

    public async Task InitializeAsync() => _server = await ObjectServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private protected override Uri UrlOf(string key) => _server.UrlOf(key);

    [Fact]
    public async Task DeleteAll_LastFilesOfAnEndpoint_LeavesNoFolders()
    {
        await _server.PutAsync("endpoint/job-1/1/0.png", "image/png", [1]);
        await _server.PutAsync("endpoint/job-1/2/data", "text/custom", [1]);

        await _server.Store.DeleteAllAsync("endpoint/job-1/", CancellationToken.None);

        Assert.Empty(Directory.EnumerateFiles(_server.Folder, "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_server.Folder, "files")));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_server.Folder, "types")));
    }

    [Fact]
    public async Task Put_FolderThatTakesNoFiles_IsTheServicesFault()
    {
        Directory.CreateDirectory(_server.Folder);
        await File.WriteAllTextAsync(Path.Combine(_server.Folder, "unfinished"), "a file where a folder belongs");

        var fault = await Assert.ThrowsAsync<ObjectStoreException>(() => _server.PutAsync("endpoint/job/1/0.png", "image/png", [1]));

        Assert.Equal("The service's file store did not take the job's files (DiskError). Tell the operator, and retry the job.", fault.Message);
    }

    [Fact]
    public void DeleteUnfinished_OldAndNewFiles_DeletesTheOldOnes()
    {
        using var folder = new TempFolder();
        var store = new LocalObjectStore(folder.Path, "", urls: null!);
        Directory.CreateDirectory(folder.Combine("unfinished"));
        var (old, young) = (folder.Combine("unfinished", "old"), folder.Combine("unfinished", "young"));
        File.WriteAllText(old, "half");
        File.WriteAllText(young, "half");
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        File.SetLastWriteTimeUtc(old, now.UtcDateTime.AddHours(-2));
        File.SetLastWriteTimeUtc(young, now.UtcDateTime);

        store.DeleteUnfinished(olderThan: now.AddHours(-1));

        Assert.Equal((false, true), (File.Exists(old), File.Exists(young)));
    }

    [Fact]
    public async Task Sweep_FileThatNoJobHasDeleted_GoesWithItsTypeAndFolders()
    {
        await _server.PutAsync("endpoint/old/1/0.png", "application/x-odd", [1]);
        await _server.PutAsync("endpoint/young/1/0.png", "application/x-odd", [1]);
        var left = Directory.GetFiles(_server.Folder, "0.png*", SearchOption.AllDirectories).ToLookup(file => file.Contains("/old/", StringComparison.Ordinal));
        Assert.Equal(2, left[true].Count());
        Assert.All(left[true], file => File.SetLastWriteTimeUtc(file, _server.Clock.GetUtcNow().UtcDateTime - TimeSpan.FromDays(30)));

        await Eventually.HoldsAsync(
            () =>
            {
                _server.Clock.Advance(TimeSpan.FromDays(1));
                return !left[true].Any(File.Exists);
            },
            "the old file and its type are deleted");

        await Eventually.HoldsAsync(() => !Directory.Exists(Path.Combine(_server.Folder, "types", "endpoint", "old")), "its folders are deleted");
        Assert.False(Directory.Exists(Path.Combine(_server.Folder, "files", "endpoint", "old")));
        Assert.All(left[false], file => Assert.True(File.Exists(file)));
    }

    [Fact]
    public async Task PutAndGet_Concurrently_NeverSeeHalfAFile()
    {
        const string Shared = "endpoint/job/shared.bin";
        const int Size = 256 << 10;
        await _server.PutAsync(Shared, "application/octet-stream", Uniform(0, Size));
        var url = _server.UrlOf(Shared);

        var writers = Enumerable.Range(1, 4).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await _server.PutAsync(Shared, "application/octet-stream", Uniform((byte)((w * 50) + i), Size));
            }
        }));
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                var read = await _server.Client.GetByteArrayAsync(url);
                Assert.Equal(Size, read.Length);
                Assert.Equal(-1, read.AsSpan().IndexOfAnyExcept(read[0]));
            }
        }));
        await Task.WhenAll([.. writers, .. readers]);

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_server.Folder, "unfinished")));
    }

    [Fact]
    public async Task PutAndDelete_SiblingJobsConcurrently_BothSucceed()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(job => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await _server.PutAsync($"endpoint/job-{job}/0.png", "image/png", [1]);
                await _server.Store.DeleteAllAsync($"endpoint/job-{job}/", CancellationToken.None);
            }
        })));

        Assert.Empty(Directory.EnumerateFiles(_server.Folder, "*", SearchOption.AllDirectories));
    }

    private static byte[] Uniform(byte value, int size)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, value);
        return bytes;
    }
}
