using Hud.Analysis.Model;

namespace Hud.Analysis.Tests;

/// <summary>One stack a case, as in <see cref="CauseTests"/>, and a part of what the blocker is told to do.</summary>
public sealed class AdviceTests
{
    private const string Poll = "app::work::{closure}@u ; tokio::runtime::task::harness::Harness<T,S>::poll@t ; tokio::runtime::scheduler::multi_thread::worker::Context::run_task@t";

    [Theory]
    // Starting a child, whoever starts it; waiting for one is another thing.
    [InlineData("asleep clone3(0x7ffd) | wait_for_completion_state@k ; kernel_clone@k ; __do_sys_clone3@k ; __clone_internal@c ; __spawnix@c ; <std::sys::process::unix::common::Command>::spawn@s ; <std::process::Command>::spawn@s ; tokio::process::Command::status@t", "Start it in tokio::task::spawn_blocking")]
    [InlineData("asleep read(12) Fifo :/pipe:[77] | anon_pipe_read@k ; __GI___libc_read@c ; <std::sys::process::unix::common::Command>::spawn@s ; <std::process::Command>::spawn@s ; tokio::process::Command::spawn@t", "Start it in tokio::task::spawn_blocking")]
    [InlineData("asleep clone3(0x7ffd) | wait_for_completion_state@k ; kernel_clone@k ; __spawnix@c ; <std::sys::process::unix::common::Command>::spawn@s ; <std::process::Command>::spawn@s", "Start it in tokio::task::spawn_blocking")]
    [InlineData("asleep vfork | wait_for_vfork_done@k ; vfork@c ; helper_start@d", "Start it in tokio::task::spawn_blocking")]
    [InlineData("asleep wait4(1234) | do_wait@k ; wait4@c ; std::process::Child::wait@s", "Use tokio::process::Command and await the child")]
    [InlineData("asleep poll(0x7f,2,0xffffffff) | do_sys_poll@k ; poll@c ; <std::process::Command>::output@s", "Use tokio::process::Command and await the child")]
    // Another thread's initialization, and a spin that yields.
    [InlineData("asleep futex(0x7f10) | futex_wait_queue@k ; syscall@c ; std::sys::sync::once::futex::Once::call@s ; std::sync::once_lock::OnceLock<T>::get_or_init@s", "tokio::sync::OnceCell")]
    [InlineData("asleep futex(0x7f10) | futex_wait_queue@k ; syscall@c ; std::sys::sync::once::futex::Once::call@s", "tokio::sync::OnceCell")]
    [InlineData("asleep futex(0x7f10) | futex_wait_queue@k ; syscall@c ; once_cell::imp::initialize_or_wait@d", "tokio::sync::OnceCell")]
    [InlineData("asleep futex(0x7f10) | futex_wait_queue@k ; syscall@c ; std::sys::sync::mutex::futex::Mutex::lock_contended@s", "Hold the lock for less")]
    // Waits that are no lock's, though they look like one's.
    [InlineData("asleep futex(0x7f10) | futex_wait_queue@k ; __pthread_clockjoin_ex@c ; std::thread::lifecycle::JoinInner::join@s", "Joining a thread")]
    [InlineData("asleep futex(0x7f10) | futex_wait_queue@k ; syscall@c ; <std::sync::Condvar>::wait@s ; std::sync::Barrier::wait@s", "tokio::sync::Barrier")]
    [InlineData("asleep futex(0x7f10) | futex_wait_queue@k ; __lll_lock_wait_private@c ; malloc@c", "allocator")]
    [InlineData("cpu sched_yield | do_sched_yield@k ; __sched_yield@c ; std::thread::yield_now@s", "Spinning")]
    public void The_advice_fits_what_the_poll_waits_for(string stack, string advice)
    {
        var (kind, rest) = (stack[..stack.IndexOf(' ', StringComparison.Ordinal)], stack[(stack.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var time = kind == "asleep" ? "10 " : "";
        var blocker = Assert.Single(new Script().Run($"""
            {kind} 100/1 {time}{rest} ; {Poll}
            poll 100/1 0 10 {kind}=10
            """).At().Blockers);

        Assert.Contains(advice, blocker.Advice, StringComparison.Ordinal);
    }
}
