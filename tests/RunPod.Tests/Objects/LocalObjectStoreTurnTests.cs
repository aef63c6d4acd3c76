using RunPod.Silo.Objects;
using RunPod.Tests.Support;

namespace RunPod.Tests.Objects;

public sealed class LocalObjectStoreTurnTests
{
    [Fact]
    public async Task DeleteAll_ManyFiles_DoesNotHoldTheCaller()
    {
        using var folder = new TempFolder();
        var store = new LocalObjectStore(folder.Path, "", urls: null!);
        var returnedBefore = false;

        // A caller that loses its processor may find it done all the same; one that does the work itself always does.
        for (var i = 0; i < 20 && !returnedBefore; i++)
        {
            Directory.CreateDirectory(folder.Combine("files", "endpoint", "job"));
            for (var file = 0; file < 200; file++)
            {
                File.WriteAllBytes(folder.Combine("files", "endpoint", "job", $"{file}"), []);
            }

            var deleting = store.DeleteAllAsync("endpoint/job/", CancellationToken.None);
            returnedBefore = !deleting.IsCompleted;
            await deleting;
            Assert.False(Directory.Exists(folder.Combine("files", "endpoint")));
        }

        Assert.True(returnedBefore, "The caller's thread deleted the files.");
    }
}
