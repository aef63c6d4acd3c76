using System.ComponentModel;
using System.Diagnostics;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using RunPod.Contracts.Objects;

namespace RunPod.Tests.Support;

/// <summary>An S3 server of its own on a loopback port, which checks every signature; its data goes at the end.</summary>
public sealed class S3Server : IDisposable
{
    public const string AccessId = "ocelotaccess";
    public const string AccessSecret = "quetzalsecret/+=";

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "clients", "s3");

    // Once per process; the packages stay for the next one.
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    private readonly TempFolder _folder;
    private readonly Process _process;

    private S3Server(Process process, TempFolder folder, int port)
    {
        (_process, _folder) = (process, folder);
        Url = $"http://127.0.0.1:{port}";
        Client = new AmazonS3Client(
            new BasicAWSCredentials(AccessId, AccessSecret), new AmazonS3Config { ServiceURL = Url, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
    }

    public string Url { get; }

    /// <summary>A client of the test's own, to look into buckets.</summary>
    public IAmazonS3 Client { get; }

    /// <summary>Starts a server with buckets and returns once it answers.</summary>
    public static async Task<S3Server> StartAsync(params string[] buckets)
    {
        await Installed.Value;
        var folder = new TempFolder();
        // The server ends with its input, so none outlives the tests.
        var start = new ProcessStartInfo("node") { WorkingDirectory = Program, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in (string[])["--openssl-legacy-provider", "server.js", folder.Path, AccessId, AccessSecret])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Start(start);
        var port = await process.StandardOutput.ReadLineAsync() is ['r', 'e', 'a', 'd', 'y', ' ', 'o', 'n', ' ', .. var text]
            ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("The S3 server ended at once.");
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        var server = new S3Server(process, folder, port);
        foreach (var bucket in buckets)
        {
            await server.Client.PutBucketAsync(bucket);
        }

        return server;
    }

    /// <summary>What a request gives to have its files here.</summary>
    public S3Config Config(string bucket, string? objectPath = null) => new()
    {
        AccessId = AccessId,
        AccessSecret = AccessSecret,
        BucketName = bucket,
        EndpointUrl = Url,
        ObjectPath = objectPath,
    };

    /// <summary>The keys in a bucket.</summary>
    public async Task<string[]> KeysAsync(string bucket)
    {
        var page = await Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket });
        return [.. (page.S3Objects ?? []).Select(file => file.Key)];
    }

    public void Dispose()
    {
        Client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private static async Task InstallAsync()
    {
        if (Directory.Exists(Path.Combine(Program, "node_modules")))
        {
            return;
        }

        using var npm = Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = Program });
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"'npm ci' in {Program} ended with {npm.ExitCode}. The S3 server of the tests comes from npm.");
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("These tests need Node.js 20 with npm: apt-get install nodejs npm.", exception);
        }
    }
}
