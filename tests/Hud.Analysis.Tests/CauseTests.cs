using Hud.Analysis.Model;

namespace Hud.Analysis.Tests;

/// <summary>One stack a case: the event as <see cref="Script"/> writes it, then the cause and detail of the blocker it makes.</summary>
public sealed class CauseTests
{
    private const string Poll = "app::work@u ; tokio::runtime::task::raw::poll@t";

    [Theory]
    // cpu: in user code, spinning, in cheap calls, minor page faults
    [InlineData("cpu - | app::spin@u", "cpu", null)]
    [InlineData("cpu fsync(3) Regular :/x | app::spin@u", "cpu", null)]
    [InlineData("cpu sched_yield | do_sched_yield@k ; sched_yield@c ; std::thread::yield_now@s", "cpu", "sched_yield")]
    [InlineData("cpu futex(0x10) | futex_wake@k ; syscall@c", "cpu", null)]
    [InlineData("cpu - | clear_page@k ; do_anonymous_page@k ; handle_mm_fault@k ; exc_page_fault@k ; memset@c", "cpu", null)]
    // lock
    [InlineData("asleep futex(0x7f10) | futex_wait_queue@k ; syscall@c ; std::sys::sync::mutex::futex::Mutex::lock_contended@s", "lock", "futex 0x7f10")]
    [InlineData("asleep futex(0x7f10) | futex_wait_queue@k ; __futex_abstimed_wait_common@c ; pthread_cond_wait@c", "lock", "futex 0x7f10")]
    [InlineData("asleep - | schedule@k ; futex_wait_queue@k ; pthread_mutex_lock@c", "lock", "futex")]
    [InlineData("cpu futex(0x7f10) | futex_wait_queue@k ; futex_wait@k ; syscall@c ; std::sys::sync::mutex::futex::Mutex::lock_contended@s", "lock", "futex 0x7f10")]
    [InlineData("asleep semop | do_semtimedop@k ; semop@c", "lock", "semop")]
    // sleep
    [InlineData("asleep clock_nanosleep | do_nanosleep@k ; clock_nanosleep@c ; std::thread::sleep@s", "sleep", "clock_nanosleep")]
    [InlineData("cpu clock_nanosleep | hrtimer_try_to_cancel.part.0@k ; do_nanosleep@k ; clock_nanosleep@c ; std::thread::sleep@s", "sleep", "clock_nanosleep")]
    [InlineData("asleep poll(0,0,100) | do_sys_poll@k ; poll@c", "sleep", "poll")]
    [InlineData("asleep select(0) | do_select@k ; select@c", "sleep", "select")]
    [InlineData("asleep - | do_nanosleep@k", "sleep", "nanosleep")]
    // file-io: asleep, and CPU inside the call
    [InlineData("asleep fsync(7) Regular :/var/lib/x.db | io_schedule@k ; ext4_sync_file@k ; fsync@c ; std::fs::File::sync_all@s", "file-io", "fsync /var/lib/x.db")]
    [InlineData("cpu fsync(7) Regular :/var/lib/x.db | ext4_sync_file@k ; fsync@c ; std::fs::File::sync_all@s", "file-io", "fsync /var/lib/x.db")]
    [InlineData("cpu read(5) Regular :/big | copy_to_iter@k ; filemap_read@k ; vfs_read@k ; read@c ; std::fs::read@s", "file-io", "read /big")]
    [InlineData("asleep read(5) | io_schedule@k ; filemap_read@k ; read@c", "file-io", "read fd 5")]
    [InlineData("asleep openat :/etc/hosts | path_openat@k ; open64@c ; std::fs::File::open@s", "file-io", "openat /etc/hosts")]
    [InlineData("asleep flock(4) Regular :/run/lock | locks_lock_inode_wait@k ; flock@c", "file-io", "flock /run/lock")]
    [InlineData("asleep statx :/nfs/a | nfs_getattr@k ; statx@c ; std::fs::metadata@s", "file-io", "statx /nfs/a")]
    [InlineData("asleep fcntl(4) Regular :/db | fcntl_setlk@k ; fcntl@c", "file-io", "fcntl /db")]
    [InlineData("cpu - | read@c ; std::io::default_read_to_end@s ; <std::fs::File as std::io::Read>::read_to_end@s", "file-io", null)]
    [InlineData("cpu - | memcpy@c ; alloc::vec::Vec::extend_from_slice@s", "cpu", null)]
    // net-io
    [InlineData("asleep connect(9) Socket :10.0.0.7:5432 | inet_wait_for_connect@k ; connect@c ; std::net::TcpStream::connect@s", "net-io", "connect 10.0.0.7:5432")]
    [InlineData("asleep read(9) Socket :10.0.0.7:5432 | sk_wait_data@k ; tcp_recvmsg@k ; read@c", "net-io", "read 10.0.0.7:5432")]
    [InlineData("asleep read(9) | sk_wait_data@k ; tcp_recvmsg@k ; read@c", "net-io", "read fd 9")]
    [InlineData("asleep recvfrom(9) Socket :10.0.0.7:5432 | tcp_recvmsg@k ; recv@c ; std::net::TcpStream::read@s", "net-io", "recvfrom 10.0.0.7:5432")]
    [InlineData("asleep poll(0x7f,2,100) | do_sys_poll@k ; poll@c ; curl_multi_wait@d", "net-io", "poll of 2 descriptors")]
    [InlineData("asleep poll(0x7f,1,100) | do_sys_poll@k ; poll@c", "net-io", "poll of 1 descriptor")]
    [InlineData("asleep recvfrom(9) Socket | __skb_wait_for_more_packets@k ; udp_recvmsg@k ; recv@c ; std::net::udp::UdpSocket::recv@s", "net-io", "recvfrom fd 9")]
    [InlineData("asleep epoll_wait(9) Anonymous | ep_poll@k ; epoll_wait@c ; mio::poll::Poll::poll@d", "net-io", "epoll_wait")]
    // dns: whatever happens below the resolver
    [InlineData("asleep poll(0x7f,1,5000) | do_sys_poll@k ; __res_context_send@c ; getaddrinfo@c ; std::sys::net::connection::socket::LookupHost::try_from@s", "dns", "res_context_send")]
    [InlineData("asleep poll(0x7f,1,5000) | do_sys_poll@k ; poll@c ; getaddrinfo@c", "dns", "getaddrinfo")]
    [InlineData("asleep openat :/etc/resolv.conf | path_openat@k ; open64@c ; gethostbyname_r@c", "dns", "gethostbyname_r (openat /etc/resolv.conf)")]
    [InlineData("asleep recvfrom(5) Socket :10.0.0.2:53 | udp_recvmsg@k ; <std::net::socket_addr::LookupHost as core::convert::TryFrom<&str>>::try_from::{{closure}}@s", "dns", "getaddrinfo (recvfrom 10.0.0.2:53)")]
    // process: starting, waiting, its pipes
    [InlineData("asleep wait4(1234) | do_wait@k ; wait4@c ; std::process::Child::wait@s", "process", "wait4 pid 1234")]
    [InlineData("asleep read(8) Fifo :/pipe:[1] | pipe_read@k ; read@c ; std::sys::process::unix::unix::<impl std::sys::process::unix::common::Command>::spawn@s ; std::process::Command::output@s", "process", "read pipe of the child")]
    [InlineData("asleep poll(0x7f,2,0) | do_sys_poll@k ; poll@c ; std::process::Child::wait_with_output@s", "process", "poll (child process)")]
    [InlineData("asleep poll(0x7f,2,0xffffffff) | do_sys_poll@k ; poll@c", "process", "poll (child process)")]
    [InlineData("asleep clone(0x4111) | wait_for_completion@k ; kernel_clone@k ; posix_spawn@c", "process", "clone")]
    [InlineData("cpu - | memcpy@c ; std::process::Command::arg@s", "cpu", null)]
    [InlineData("cpu clone3 | copy_page_range@k ; kernel_clone@k ; clone3@c ; pthread_create@c ; std::thread::spawn@s", "other", "clone3")]
    // pipe
    [InlineData("asleep write(1) Fifo :/pipe:[4026] | pipe_write@k ; write@c ; std::io::stdio::_print@s", "pipe", "write /pipe:[4026] (standard output)")]
    [InlineData("asleep read(0) CharDevice :/dev/pts/3 | n_tty_read@k ; read@c", "pipe", "read /dev/pts/3")]
    [InlineData("asleep openat :/run/fifo | wait_for_partner@k ; fifo_open@k ; open64@c", "pipe", "openat /run/fifo")]
    // page-fault: major ones, with or without a call around them
    [InlineData("asleep - | io_schedule@k ; filemap_fault@k ; handle_mm_fault@k ; exc_page_fault@k ; memchr@d", "page-fault", "page fault: mapped file")]
    [InlineData("asleep - | io_schedule@k ; do_swap_page@k ; handle_mm_fault@k ; exc_page_fault@k", "page-fault", "page fault: swap")]
    [InlineData("cpu - | do_swap_page@k ; handle_mm_fault@k ; exc_page_fault@k", "page-fault", "page fault: swap")]
    [InlineData("asleep write(4) Socket | filemap_fault@k ; exc_page_fault@k ; tcp_sendmsg@k ; write@c", "page-fault", "page fault: mapped file")]
    [InlineData("cpu - | copy_page@k ; ext4_mpage_readpages@k ; read_pages@k ; page_cache_ra_unbounded@k ; filemap_fault@k ; exc_page_fault@k", "page-fault", "page fault: mapped file")]
    [InlineData("cpu - | filemap_map_pages@k ; do_fault@k ; exc_page_fault@k", "cpu", null)]
    // other, named
    [InlineData("cpu munmap | zap_page_range@k ; munmap@c", "other", "munmap")]
    [InlineData("asleep io_uring_enter | io_cqring_wait@k ; syscall@c", "other", "io_uring_enter")]
    [InlineData("asleep getrandom | wait_for_random_bytes@k ; getrandom@c", "other", "getrandom")]
    [InlineData("asleep read(6) Anonymous :/anon_inode:[eventfd] | eventfd_read@k ; read@c", "other", "read /anon_inode:[eventfd]")]
    [InlineData("asleep - | __schedule@k ; schedule@k ; do_signal_stop@k", "other", "stopped by a signal or a debugger")]
    [InlineData("asleep - | __schedule@k ; schedule@k ; rwsem_down_read_slowpath@k", "other", "kernel: rwsem_down_read_slowpath")]
    public void Stack_and_system_call_give_the_cause(string stack, string cause, string? detail)
    {
        var (kind, rest) = (stack[..stack.IndexOf(' ', StringComparison.Ordinal)], stack[(stack.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        var time = kind == "asleep" ? "10 " : "";
        var blocker = Assert.Single(new Script().Run($"""
            {kind} 100/1 {time}{rest} ; {Poll}
            poll 100/1 0 10 {kind}=10
            """).At().Blockers);

        Assert.Equal((cause, detail), (blocker.Cause, blocker.Detail));
        Assert.NotEqual("[no stack recorded]", blocker.Culprit.Function);
    }

    [Fact]
    public void The_cause_that_holds_most_of_the_own_time_wins()
    {
        var blocker = Assert.Single(new Script().Run($"""
            asleep 100/1 4 clock_nanosleep | do_nanosleep@k ; std::thread::sleep@s ; {Poll}
            asleep 100/1 3 fsync(3) Regular :/x | io_schedule@k ; std::fs::File::sync_all@s ; {Poll}
            cpu 100/1 fsync(3) Regular :/x | ext4_sync_file@k ; std::fs::File::sync_all@s ; {Poll}
            poll 100/1 0 9 asleep=7 cpu=2
            """).At().Blockers);

        Assert.Equal((Causes.FileIo, "std::fs::File::sync_all"), (blocker.Cause, blocker.Call?.Function));
        Assert.Equal([new CauseShare(Causes.FileIo, 5_000_000), new CauseShare(Causes.Sleep, 4_000_000)], blocker.CauseShares);
    }

    [Fact]
    public void Cpu_time_of_which_no_stack_was_taken_is_cpu_once_it_outweighs_the_sleep()
    {
        var blocker = Assert.Single(new Script().Run($"""
            asleep 100/1 2 clock_nanosleep | do_nanosleep@k ; std::thread::sleep@s ; {Poll}
            poll 100/1 0 9 asleep=2 cpu=7
            """).At().Blockers);

        Assert.Equal((Causes.Cpu, "app::work", null), (blocker.Cause, blocker.Culprit.Function, blocker.Call?.Function));
        Assert.Equal(9_000_000, blocker.CauseShares.Sum(c => c.Ns));
    }

    [Fact]
    public void A_waker_in_an_interrupt_is_nobody()
    {
        var blocker = Assert.Single(new Script().Run($"""
            waker 100/1 | try_to_wake_up@k ; futex_wake@k ; hrtimer_wakeup@k ; __hrtimer_run_queues@k ; asm_sysvec_apic_timer_interrupt@k ; app::innocent@u
            asleep 100/1 10 futex(0x10) | futex_wait_queue@k ; std::sync::Condvar::wait_timeout@s ; {Poll}
            poll 100/1 0 10 asleep=10
            """).At().Blockers);

        Assert.Null(blocker.HeldBy);
    }

    [Fact]
    public void A_snapshot_stands_for_the_sleep_that_goes_on_and_the_newest_counts()
    {
        var blocker = Assert.Single(new Script().Run($"""
            snapshot 100/1 fsync(3) Regular :/x | __schedule@k ; io_schedule@k ; std::fs::File::sync_all@s ; {Poll}
            snapshot 100/1 clock_nanosleep | __schedule@k ; do_nanosleep@k ; std::thread::sleep@s ; {Poll}
            poll 100/1 0 900 asleep=899 cpu=1 running
            """).At().Blockers);

        Assert.Equal((Causes.Sleep, "std::thread::sleep"), (blocker.Cause, blocker.Call?.Function));
        Assert.Equal(900_000_000, Assert.Single(blocker.Stacks).Ns);
    }

    [Fact]
    public void A_preempted_snapshot_is_cpu()
    {
        var blocker = Assert.Single(new Script().Run($"""
            snapshot 100/1 - | __schedule@k ; preempt_schedule_irq@k ; app::spin@u ; {Poll}
            poll 100/1 0 90 cpu=90 running
            """).At().Blockers);

        Assert.Equal((Causes.Cpu, "app::spin"), (blocker.Cause, blocker.Culprit.Function));
    }
}
