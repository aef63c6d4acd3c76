using System.Text;
using Microsoft.AspNetCore.StaticFiles;
using RunPod.Contracts.Objects;

namespace RunPod.Silo.Objects;

/// <summary>Files in a folder, read back by anybody who holds a signed URL.</summary>
internal sealed class LocalObjectStore(string folder, string publicBaseUrl, SignedUrls urls) : IObjectStore
{
    public const string DefaultContentType = "application/octet-stream";

    private const string ContentTypeSuffix = ".type";

    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    // A folder may go while it is looked through: its job has expired.
    private static readonly EnumerationOptions Recursively = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };

    private readonly string _files = Path.Combine(folder, "files");
    private readonly string _types = Path.Combine(folder, "types");
    private readonly string _unfinished = Path.Combine(folder, "unfinished");

    public string Folder => folder;

    public async Task PutAsync(string key, string contentType, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ObjectKey.ThrowIfInvalid(key);
        try
        {
            // The type first: a file that can be seen has its type.
            var type = PathOf(_types, key) + ContentTypeSuffix;
            if (ContentTypeByExtension(key) != contentType)
            {
                await WriteAsync(type, Encoding.UTF8.GetBytes(contentType), cancellationToken);
            }
            else if (File.Exists(type))
            {
                File.Delete(type);
            }

            await WriteAsync(PathOf(_files, key), content, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A full disk, say. The path is not for the client.
            throw ServiceStoreFault.Of(exception is IOException ? "DiskError" : "AccessDenied", exception);
        }
    }

    public Uri GetUrl(string key, string requestBaseUrl, DateTimeOffset expiresAt)
    {
        ObjectKey.ThrowIfInvalid(key);
        return urls.Create(publicBaseUrl.Length > 0 ? publicBaseUrl : requestBaseUrl, key, expiresAt);
    }

    public Task DeleteAllAsync(string prefix, CancellationToken cancellationToken)
    {
        ObjectKey.ThrowIfInvalidPrefix(prefix);
        var key = prefix[..^1];

        // Files can only be deleted while a thread waits, and the caller's may be that of a grain's turn.
        return Task.Run(
            () =>
            {
                foreach (var root in (string[])[_files, _types])
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    DeleteTree(PathOf(root, key));
                    DeleteEmptyParents(root, key);
                }
            },
            cancellationToken);
    }

    /// <summary>Deletes what a process that was killed left half written. What is younger may be another process's at work on it.</summary>
    public void DeleteUnfinished(DateTimeOffset olderThan)
    {
        foreach (var file in FilesBefore(_unfinished, olderThan))
        {
            file.Delete();
        }
    }

    /// <summary>
    /// Deletes what no job's end can delete any more, such as the file that a process wrote after its job had gone and was killed before it took it back.
    /// Returns how many files that were.
    /// </summary>
    public int DeleteForgotten(DateTimeOffset olderThan, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var root in (string[])[_files, _types])
        {
            foreach (var file in FilesBefore(root, olderThan))
            {
                cancellationToken.ThrowIfCancellationRequested();
                file.Delete();
                DeleteEmptyParents(root, Path.GetRelativePath(root, file.FullName));
                deleted += root == _files ? 1 : 0;
            }
        }

        return deleted;
    }

    /// <summary>The file of a valid key, or null when there is none.</summary>
    public FileInfo? Find(string key)
    {
        var file = new FileInfo(PathOf(_files, key));
        return file.Exists ? file : null;
    }

    public async Task<string> GetContentTypeAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(PathOf(_types, key) + ContentTypeSuffix, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ContentTypeByExtension(key) ?? DefaultContentType;
        }
    }

    private static IEnumerable<FileInfo> FilesBefore(string root, DateTimeOffset olderThan)
    {
        var folder = new DirectoryInfo(root);
        return folder.Exists ? folder.EnumerateFiles("*", Recursively).Where(file => file.LastWriteTimeUtc < olderThan) : [];
    }

    private static string? ContentTypeByExtension(string key) => ContentTypes.TryGetContentType(key, out var type) ? type : null;

    private static string PathOf(string root, string key) => Path.Combine(root, key.Replace('/', Path.DirectorySeparatorChar));

    private static void DeleteTree(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // None is not an error.
        }
    }

    private static void DeleteEmptyParents(string root, string key)
    {
        try
        {
            for (var parent = Path.GetDirectoryName(PathOf(root, key)); parent is not null && parent.Length > root.Length; parent = Path.GetDirectoryName(parent))
            {
                Directory.Delete(parent);
            }
        }
        catch (IOException)
        {
            // Not empty, or gone already.
        }
    }

    private async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_unfinished);
        var temporary = Path.Combine(_unfinished, Guid.NewGuid().ToString("N"));
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                await file.WriteAsync(content, cancellationToken);
            }

            Move(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void Move(string temporary, string path)
    {
        const int Attempts = 100;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.Move(temporary, path, overwrite: true);
                return;
            }
            catch (IOException e) when (e is DirectoryNotFoundException or FileNotFoundException && attempt < Attempts)
            {
                // A delete removed the folder, empty until now, between the two steps.
            }
        }
    }
}
