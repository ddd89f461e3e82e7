using Hud.Analysis.Model;

namespace Hud.Live.Demo;

/// <summary>Stacks as they look in a release build of a service with sqlx-like dependencies.</summary>
public static class SampleFrames
{
    public static Frame User(string function, string? file = null, int? line = null, bool inlined = false) =>
        new(function, "checkout", file, line, inlined, FrameKind.User, "0x55d0c0de1000");

    public static Frame Of(FrameKind kind, string function, string? module = "checkout", bool inlined = false) =>
        new(function, module, null, null, inlined, kind, "0x55d0c0de2000");

    public static Frame Kernel(string function) => Of(FrameKind.Kernel, function, "[kernel]");

    /// <summary>A stack, innermost first: kernel, library, user code, and the runtime below it.</summary>
    public static IReadOnlyList<Frame> Stack(IEnumerable<Frame> inner, params IEnumerable<Frame> user) =>
    [
        .. inner, .. user,
        Of(FrameKind.Tokio, "tokio::runtime::task::core::Core<T,S>::poll", inlined: true),
        Of(FrameKind.Tokio, "tokio::runtime::task::harness::Harness<T,S>::poll"),
        Of(FrameKind.Tokio, "tokio::runtime::scheduler::multi_thread::worker::Context::run_task"),
        Of(FrameKind.Tokio, "tokio::runtime::scheduler::multi_thread::worker::run"),
        Of(FrameKind.Std, "std::sys::backtrace::__rust_begin_short_backtrace"),
        Of(FrameKind.Std, "std::thread::Builder::spawn_unchecked_"),
        Of(FrameKind.Libc, "start_thread", "libc.so.6"),
        Of(FrameKind.Libc, "clone3", "libc.so.6"),
    ];
}
