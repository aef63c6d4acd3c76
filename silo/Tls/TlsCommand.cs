using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;

namespace RunPod.Silo.Tls;

/// <summary><c>tls create</c>: makes the certificates with which the processes of a cluster know each other.</summary>
internal static class TlsCommand
{
    private static readonly Option<string> Folder = new("--folder") { Description = "Where to put ca.crt, tls.crt and tls.key, for Silo:Tls:Folder of every process of the cluster.", Required = true };

    public static Command Create()
    {
        var create = new Command("create", "Make an authority and a certificate for all processes of a cluster, valid for ten years. A folder that has them stays as it is.") { Folder };
        create.SetAction((result, _) => CreateAsync(Path.GetFullPath(result.GetRequiredValue(Folder))));
        return new Command("tls", "Make certificates for the connections between the processes of a cluster.") { create };
    }

    private static async Task<int> CreateAsync(string folder)
    {
        try
        {
            Console.WriteLine(ClusterCertificates.TryWrite(folder, ClusterCertificates.Create(TimeProvider.System.GetUtcNow()), NullLogger.Instance)
                ? $"Made the cluster's certificates in {folder}. Who has tls.key belongs to the cluster."
                : $"{folder} has certificates already.");
            return 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return await ServiceClient.FailAsync($"The certificates cannot be written: {exception.Message}");
        }
    }
}
