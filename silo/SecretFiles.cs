using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;

namespace RunPod.Silo;

/// <summary>
/// Settings that are a file each, as Docker, Kubernetes and systemd hand secrets over: setting <c>SecretsFolder</c> names their folder, and a file
/// <c>ConnectionStrings__redis</c> in it holds that setting. A secret is then in no environment that a process list or a crash report shows.
/// </summary>
internal static class SecretFiles
{
    private const string Setting = "SecretsFolder";

    /// <summary>Adds the files below every other source that the operator has a hand in, above the defaults.</summary>
    /// <exception cref="OptionsValidationException">The folder does not exist.</exception>
    public static void AddTo(IConfigurationManager configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } folder)
        {
            return;
        }

        if (!Directory.Exists(folder))
        {
            throw new OptionsValidationException(Setting, typeof(string), [$"{Setting} is '{folder}', which is not a folder. Name the folder whose files are settings, or leave it out."]);
        }

        configuration.Sources.Insert(1, new KeyPerFileConfigurationSource { FileProvider = new PhysicalFileProvider(Path.GetFullPath(folder)) });
    }
}
