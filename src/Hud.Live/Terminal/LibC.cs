using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hud.Live.Terminal;

/// <summary>The few C library calls that a terminal needs. Values are Linux's, equal on x86-64 and aarch64.</summary>
internal static partial class LibC
{
    public const int ReadWrite = 2;
    public const int NonBlocking = 0x800;
    public const int NoControllingTerminal = 0x100;
    public const int CloseOnExec = 0x80000;
    public const nuint GetWindowSize = 0x5413;
    public const short PollIn = 1;
    public const short PollHangUp = 0x10;
    public const short PollError = 8;
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int SignalStop = 19;
    public const int SignalTerminalStop = 20;

    /// <summary>TCSADRAIN: after what was written has gone out.</summary>
    public const int AfterDrain = 1;

    /// <summary>glibc's struct termios (60 bytes), opaque: cfmakeraw knows its members.</summary>
    [InlineArray(64)]
    public struct Termios
    {
        private byte _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode = 0);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int fd);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint Read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static unsafe partial nint Write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static unsafe partial int Poll(PollFd* fds, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(int fd, ref Termios attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(int fd, int when, ref Termios attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(ref Termios attributes);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int WindowSizeOf(int fd, nuint request, ref WindowSize size);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);
}
