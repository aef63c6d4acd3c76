using System.Net;
using BitFaster.Caching.Lru;
using Microsoft.Extensions.Options;

namespace RunPod.Api.Keys;

/// <summary>Remembers which addresses send wrong keys.</summary>
internal sealed class FailureThrottle(IOptions<AuthenticationLimitOptions> options, TimeProvider clock)
{
    private readonly AuthenticationLimitOptions _options = options.Value;
    private readonly FastConcurrentLru<AddressPrefix, AddressFailures> _addresses = new(options.Value.Addresses);

    public int Count => _addresses.Count;

    public AddressFailures Of(IPAddress? address) =>
        _addresses.GetOrAdd(AddressPrefix.Of(address), _ => new AddressFailures(_options.FailuresPerAddress, _options.FailureWindow, clock));
}
