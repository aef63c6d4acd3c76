namespace RunPod.Silo;

/// <summary>
/// Notices that this process stood still, perhaps for so long that the others gave it up and its grains run elsewhere by now. Then what its own grains
/// remember is of the past, and nothing is answered from it until the membership table says that this silo still belongs to the cluster.
/// </summary>
/// <param name="readStatus">Reads this silo's status from the table.</param>
/// <param name="clock">The clock.</param>
internal sealed class SiloPulse(Func<CancellationToken, Task<SiloStatus>> readStatus, TimeProvider clock) : IHostedService, IDisposable
{
    /// <summary>Less than it takes the others to give a silo up.</summary>
    public static readonly TimeSpan Stillness = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(2);

    private long _beat = clock.GetTimestamp();
    private volatile bool _isCertain = true;
    private ITimer? _timer;

    /// <summary>Reads the status of the local silo from the cluster's membership table.</summary>
    public static async Task<SiloStatus> ReadStatusAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var silo = services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        var row = await services.GetRequiredService<IMembershipTable>().ReadRowAsync(silo, cancellationToken);
        return row.Members is [var (entry, _)] ? entry.Status : SiloStatus.Dead;
    }

    /// <summary>Returns once it is certain that this silo was not given up; at once, unless the process has just stood still.</summary>
    /// <exception cref="SiloUnavailableException">It was.</exception>
    public ValueTask EnsureMemberAsync(CancellationToken cancellationToken) => IsCertain() ? ValueTask.CompletedTask : new ValueTask(VerifyAsync(cancellationToken));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = clock.CreateTimer(_ => Beat(), null, TimeSpan.Zero, Interval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _timer?.Dispose();

    private void Beat()
    {
        // In this order: who sees the new beat sees the doubt too.
        IsCertain();
        Volatile.Write(ref _beat, clock.GetTimestamp());
    }

    private bool IsCertain()
    {
        if (clock.GetElapsedTime(Volatile.Read(ref _beat)) > Stillness)
        {
            _isCertain = false;
        }

        return _isCertain;
    }

    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        long askedAt;
        do
        {
            askedAt = clock.GetTimestamp();
            if (await readStatus(cancellationToken).WaitAsync(ReadLimit, clock, cancellationToken) != SiloStatus.Active)
            {
                throw new SiloUnavailableException("This silo stood still and was given up by the others. Ask another one; this one ends.");
            }
        }
        while (clock.GetElapsedTime(askedAt) > Stillness);
        Volatile.Write(ref _beat, askedAt);
        _isCertain = true;
    }
}
