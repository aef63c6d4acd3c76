using Microsoft.Extensions.Options;
using RunPod.Grains.Inference;

namespace RunPod.Tests.Unit.Workers;

public sealed class StoringRoomTests
{
    private const int MiB = 1 << 20;

    private readonly StoringRoom _room = new(Options.Create(new WorkerOptions { MaxStoringBytes = 8 * MiB, MaxStoringBytesPerUser = 4 * MiB }));

    [Fact]
    public void TryEnter_UserWithAWholeShare_LeavesRoomForOthers()
    {
        Assert.NotNull(_room.TryEnter("a", 4 * MiB));
        Assert.Null(_room.TryEnter("a", 0));
        Assert.NotNull(_room.TryEnter("b", 4 * MiB));
        Assert.Null(_room.TryEnter("c", 1));
    }

    [Fact]
    public void TryEnter_AfterOneLeft_HasItsRoom()
    {
        var place = _room.TryEnter("a", 4 * MiB);
        place!.Dispose();

        Assert.NotNull(_room.TryEnter("a", 4 * MiB));
    }

    [Fact]
    public void TryEnter_ManySmallOnes_AreBoundedToo()
    {
        Assert.Equal(4, Enumerable.Range(0, 100).Count(_ => _room.TryEnter("a", 10) is not null));
    }
}
