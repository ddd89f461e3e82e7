using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Hud.Target;

namespace Hud.Live.Model;

/// <summary>Whose files hud keeps: the caller of sudo where hud runs under it, else whoever runs hud.</summary>
/// <param name="Sudo">User and group of the caller of sudo; null without sudo.</param>
/// <param name="ConfigurationFolder">Absolute; null where it is not known.</param>
internal sealed partial record Person((uint User, uint Group)? Sudo, string? ConfigurationFolder)
{
    private const int SetGroups = 116;

    /// <param name="variable">Value of an environment variable, null if unset.</param>
    public static Person WhoStartedHud(Func<string, string?> variable)
    {
        (uint, uint)? sudo = Environment.IsPrivilegedProcess && Id(variable("SUDO_UID")) is { } user and not 0 && Id(variable("SUDO_GID")) is { } group ? (user, group) : null;
        var home = sudo is null ? variable("HOME") : variable("SUDO_HOME") ?? HomeOf(variable("SUDO_UID")!);
        var folder = IsAbsolute(variable("XDG_CONFIG_HOME")) ?? (IsAbsolute(home) is { } known ? Path.Combine(known, ".config") : null);
        return new Person(sudo, folder);

        static uint? Id(string? text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        static string? IsAbsolute(string? path) => path is ['/', ..] ? path : null;
    }

    /// <summary>
    /// Runs <paramref name="work"/> with this person's rights to files, on a thread that then ends: a link in their home must
    /// not lead root to a file of somebody else's, and what is made there is theirs.
    /// </summary>
    public T Do<T>(Func<T> work)
    {
        if (Sudo is not { } sudo) return work();
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Become(sudo.User, sudo.Group);
                result = work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    /// <summary>For this thread only, as setfsuid(2) and the plain setgroups(2) do. They report no error: asking again does.</summary>
    private static void Become(uint user, uint group)
    {
        var left = SystemCall(SetGroups, 0, 0);
        _ = SetFileSystemGroup(group);
        _ = SetFileSystemUser(user);
        if (left != 0 || SetFileSystemGroup(uint.MaxValue) != group || SetFileSystemUser(uint.MaxValue) != user)
            throw new HudException($"cannot act as user {user}, who called sudo", null, ExitCode.Failed);
    }

    private static string? HomeOf(string userId)
    {
        try
        {
            return File.ReadLines("/etc/passwd").Select(l => l.Split(':')).FirstOrDefault(l => l.Length == 7 && l[2] == userId)?[5];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial uint SetFileSystemUser(uint user);

    [LibraryImport("libc", EntryPoint = "setfsgid")]
    private static partial uint SetFileSystemGroup(uint group);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint first, nint second);
}
