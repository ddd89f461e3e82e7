namespace Hud.Reporting;

/// <summary>The operating system's reason without the runtime's decoration of paths.</summary>
public static class OsErrors
{
    private const int NoSpace = 28, DiskQuota = 122, BrokenPipe = 32, ReadOnly = 30;

    public static string Sentence(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
        UnauthorizedAccessException => "permission denied",
        IOException io => (io.HResult & 0xffff) switch
        {
            NoSpace => "no space left on the device",
            DiskQuota => "disk quota exceeded",
            BrokenPipe => "the reader closed the pipe",
            ReadOnly => "the file system is read-only",
            _ => TrimPath(io.Message),
        },
        _ => e.Message,
    };

    private static string TrimPath(string message)
    {
        var path = message.IndexOf(" : '", StringComparison.Ordinal);
        return path > 0 ? message[..path] : message;
    }
}
