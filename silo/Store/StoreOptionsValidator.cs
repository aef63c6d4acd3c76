using Garnet.server;
using Microsoft.Extensions.Options;

namespace RunPod.Silo.Store;

/// <summary>Each failure names the setting and what it must be.</summary>
internal sealed class StoreOptionsValidator : IValidateOptions<StoreOptions>
{
    public ValidateOptionsResult Validate(string? name, StoreOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.DataFolder))
        {
            return ValidateOptionsResult.Fail("Store:DataFolder must name a folder, such as 'data'.");
        }

        if (SizeOf(options.EmbeddedMemory) < 64 << 20)
        {
            return ValidateOptionsResult.Fail("Store:EmbeddedMemory must be a size of at least 64m, such as '16g'.");
        }

        if (SizeOf(options.EmbeddedLogLimit) < 1 << 20)
        {
            return ValidateOptionsResult.Fail("Store:EmbeddedLogLimit must be a size of at least 1m, such as '64m'.");
        }

        return options.ConnectTimeout < TimeSpan.FromMilliseconds(100)
            ? ValidateOptionsResult.Fail("Store:ConnectTimeout must be at least 100 milliseconds, such as '00:00:05'.")
            : ValidateOptionsResult.Success;
    }

    private static long SizeOf(string text) => ServerOptions.TryParseSize(text, out var size) ? size : -1;
}
