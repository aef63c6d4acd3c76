using Microsoft.Extensions.Time.Testing;
using RunPod.Silo;

namespace RunPod.Tests.Unit;

public sealed class SiloPulseTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly SiloPulse _pulse;
    private SiloStatus _status = SiloStatus.Active;
    private int _reads;

    public SiloPulseTests() => _pulse = new SiloPulse(
        _ =>
        {
            _reads++;
            return Task.FromResult(_status);
        },
        _clock);

    public void Dispose() => _pulse.Dispose();

    [Fact]
    public async Task EnsureMember_BeatingProcess_AsksNobody()
    {
        await _pulse.StartAsync(CancellationToken.None);
        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(500));
            await EnsureMemberAsync();
        }

        Assert.Equal(0, _reads);
    }

    [Fact]
    public async Task EnsureMember_ProcessStoodStillAndIsAMember_AsksOnce()
    {
        _clock.Advance(SiloPulse.Stillness * 2);

        await EnsureMemberAsync();
        await EnsureMemberAsync();

        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task EnsureMember_ProcessStoodStillAndWasGivenUp_AnswersNothingMore()
    {
        _status = SiloStatus.Dead;
        _clock.Advance(SiloPulse.Stillness * 2);

        await Assert.ThrowsAsync<SiloUnavailableException>(EnsureMemberAsync);
        await Assert.ThrowsAsync<SiloUnavailableException>(EnsureMemberAsync);
    }

    [Fact]
    public async Task EnsureMember_BeatCameBeforeTheRequest_AsksNevertheless()
    {
        await _pulse.StartAsync(CancellationToken.None);
        _clock.Advance(SiloPulse.Stillness * 2);

        await EnsureMemberAsync();

        Assert.Equal(1, _reads);
    }

    private Task EnsureMemberAsync() => _pulse.EnsureMemberAsync(CancellationToken.None).AsTask();
}
