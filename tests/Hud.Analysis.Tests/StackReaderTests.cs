using Hud.Analysis.Model;
using Hud.Analysis.Reading;
using Hud.Tracking.Events;

namespace Hud.Analysis.Tests;

public sealed class StackReaderTests
{
    private const string Poll = "tokio::runtime::task::core::Core<T,S>::poll@t ; tokio::runtime::task::harness::Harness<T,S>::poll@t ; tokio::runtime::scheduler::multi_thread::worker::Context::run_task@t ; app::main@u";

    private static StackReading Read(string frames) =>
        StackReader.Read([.. frames.Split(';', StringSplitOptions.TrimEntries).Select(Script.FrameOf)]);

    [Theory]
    // The same call, seen through inlining, both manglings and std's changing layout.
    [InlineData("syscall@c ; <std::sys::sync::mutex::futex::Mutex>::lock_contended@s", "std::sync::Mutex::lock")]
    [InlineData("syscall@c ; std::sys::unix::locks::futex_mutex::Mutex::lock_contended@s", "std::sync::Mutex::lock")]
    [InlineData("syscall@c ; std::sys::sync::mutex::futex::Mutex::lock_contended@s ; std::sync::poison::mutex::Mutex<T>::lock@s", "std::sync::Mutex::lock")]
    [InlineData("syscall@c ; <std::sys::sync::condvar::futex::Condvar>::wait@s", "std::sync::Condvar::wait")]
    [InlineData("syscall@c ; std::sys::sync::rwlock::futex::RwLock::write_contended@s", "std::sync::RwLock::write")]
    [InlineData("syscall@c ; std::sys::sync::once::futex::Once::call@s", "std::sync::Once::call_once")]
    [InlineData("syscall@c ; std::sync::mpmc::list::Channel<T>::recv@s", "std::sync::mpsc::Receiver::recv")]
    [InlineData("syscall@c ; std::thread::park@s", "std::thread::park")]
    [InlineData("__GI___clock_nanosleep@c ; std::sys::thread::unix::sleep@s", "std::thread::sleep")]
    [InlineData("clock_nanosleep@c ; std::sys::unix::thread::Thread::sleep@s", "std::thread::sleep")]
    [InlineData("clock_nanosleep@c ; std::thread::functions::sleep@s", "std::thread::sleep")]
    [InlineData("__GI___libc_read@c ; <std::sys::fs::unix::File>::read@s", "std::fs::File::read")]
    [InlineData("read@c ; std::sys::fs::unix::File::read@s ; <std::fs::File as std::io::Read>::read@s", "std::fs::File::read")]
    [InlineData("fsync@c ; <std::fs::File>::sync_all@s", "std::fs::File::sync_all")]
    [InlineData("connect@c ; std::sys::net::connection::socket::unix::Socket::connect@s ; std::net::tcp::TcpStream::connect@s", "std::net::TcpStream::connect")]
    [InlineData("wait4@c ; std::sys::process::unix::unix::Process::wait@s ; <std::process::Command>::output@s", "std::process::Command::output")]
    [InlineData("read@c ; std::fs::read::inner@s", "std::fs::read")]
    [InlineData("futex_wait@c ; lock_api::mutex::Mutex<R,T>::lock@d", "lock_api::mutex::Mutex<R,T>::lock")]
    [InlineData("__pthread_mutex_lock@c", "pthread_mutex_lock")]
    [InlineData("__write_nocancel@c", "write")]
    [InlineData("fsync@c ; core::ops::function::FnOnce::call_once@s", "fsync")]
    [InlineData("sysmalloc@c ; _int_memalign@c ; __posix_memalign@c ; __rustc::__rdl_alloc@s", "posix_memalign")]
    [InlineData("sysmalloc@c ; _int_memalign@c ; __posix_memalign@c ; __rdl_alloc@s", "posix_memalign")]
    // The user's future is inlined into a library's, which did not make the call.
    [InlineData("clock_nanosleep@c ; std::thread::sleep@s ; <tokio::future::maybe_done::MaybeDone<Fut> as core::future::future::Future>::poll@t", "std::thread::sleep")]
    [InlineData("clock_nanosleep@c ; std::thread::sleep@s ; <tracing::instrument::Instrumented<T> as core::future::future::Future>::poll@d", "std::thread::sleep")]
    [InlineData("read@c ; <futures_util::stream::stream::map::Map<St,F> as futures_core::stream::Stream>::poll_next@d", "read")]
    [InlineData("<tokio::future::maybe_done::MaybeDone<Fut> as core::future::future::Future>::poll@t", "<tokio::future::maybe_done::MaybeDone<Fut> as core::future::future::Future>::poll")]
    public void The_call_is_the_api_people_know(string inner, string call)
    {
        var reading = Read($"{inner} ; app::work@u ; {Poll}");
        Assert.Equal(("app::work", call), (reading.Culprit.Function, reading.Call?.Function));
    }

    [Theory]
    // One copy of the code under several names: std::net::UdpSocket::send stood for them all.
    [InlineData("sk_stream_wait_memory@k ; tcp_sendmsg_locked@k ; tcp_sendmsg@k ; __sys_sendto@k ; send@c ; <std::net::udp::UdpSocket>::send@s", "std::net::TcpStream::write")]
    [InlineData("tcp_recvmsg@k ; __sys_recvfrom@k ; recv@c ; <std::net::udp::UdpSocket>::recv@s", "std::net::TcpStream::read")]
    [InlineData("unix_dgram_recvmsg@k ; __sys_recvfrom@k ; recv@c ; <std::net::udp::UdpSocket>::recv@s", "std::os::unix::net::UnixDatagram::recv")]
    [InlineData("unix_stream_read_generic@k ; unix_stream_recvmsg@k ; read@c ; <&std::net::tcp::TcpStream as std::io::Read>::read@s", "std::os::unix::net::UnixStream::read")]
    [InlineData("__skb_recv_udp@k ; udp_recvmsg@k ; sock_recvmsg@k ; recv@c ; <std::net::udp::UdpSocket>::recv@s", "std::net::UdpSocket::recv")]
    [InlineData("tcp_v4_rcv@k ; __do_softirq@k ; udp_sendmsg@k ; __sys_sendto@k ; send@c ; <std::net::udp::UdpSocket>::send@s", "std::net::UdpSocket::send")]
    [InlineData("schedule@k ; recv@c ; <std::net::udp::UdpSocket>::recv@s", "std::net::UdpSocket::recv")]
    public void A_socket_call_is_of_the_type_that_the_kernel_worked_on(string inner, string call) =>
        Assert.Equal(call, Read($"{inner} ; app::work@u ; {Poll}").Call?.Function);

    [Theory]
    [InlineData("app::hot@u", null)]
    [InlineData("core::num::wrapping_mul@s ; app::hot@u", null)]
    [InlineData("memcpy@c ; alloc::vec::Vec<T>::push@s ; app::hot@u", null)]
    [InlineData("sha2::compress@d ; core::slice::iter::next@s ; app::hot@u", "sha2::compress")]
    [InlineData("core::cmp::Ord::cmp@s ; core::slice::sort::stable::driftsort_main@s ; app::hot@u", "core::slice::sort::stable::driftsort_main")]
    public void On_the_cpu_only_work_of_its_own_is_a_call(string inner, string? call) =>
        Assert.Equal(call, Read($"{inner} ; {Poll}").CpuCall?.Function);

    [Theory]
    [InlineData("sleep@c ; app::inner@u ; app::outer::{closure}@u", "app::inner", "app::outer::{closure}")]
    [InlineData("sqlite3_step@d ; rusqlite::query@d ; app::outer::{closure}@u", "app::outer::{closure}", "app::outer::{closure}")]
    [InlineData("read@c ; sqlite3_step@d ; rusqlite::query@d", "sqlite3_step", null)]
    [InlineData("syscall@c ; std::sync::Barrier::wait@s", "std::sync::Barrier::wait", null)]
    [InlineData("syscall@c", "syscall", null)]
    public void The_culprit_is_the_innermost_user_frame_or_the_next_best(string inner, string culprit, string? task)
    {
        var reading = Read($"{inner} ; {Poll}");
        Assert.Equal((culprit, task), (reading.Culprit.Function, reading.TaskType));
    }

    [Fact]
    public void Frames_outside_the_poll_are_not_its_culprits() =>
        Assert.Equal("epoll_wait", Read($"epoll_wait@c ; {Poll}").Culprit.Function);

    [Fact]
    public void A_nested_poll_belongs_to_the_innermost_task()
    {
        var reading = Read($"sleep@c ; app::local::{{closure}}@u ; tokio::runtime::task::raw::poll@t ; tokio::task::local::LocalSet::tick@t ; app::outer::{{closure}}@u ; {Poll}");
        Assert.Equal(("app::local::{closure}", "app::local::{closure}"), (reading.Culprit.Function, reading.TaskType));
    }

    private const string Handle = "alloc::sync::Arc<tokio::runtime::scheduler::multi_thread::handle::Handle, alloc::alloc::Global>";
    private const string Set = "tokio::runtime::task::core::Core<T,S>::set_stage::{closure}@t ; tokio::loom::std::unsafe_cell::UnsafeCell<T>::with_mut@t ; tokio::runtime::task::core::Core<T,S>::set_stage@t ; tokio::runtime::task::core::Core<T,S>::drop_future_or_output@t";
    private const string Unwinding = "<core::panic::unwind_safe::AssertUnwindSafe<F> as core::ops::function::FnOnce<()>>::call_once@s ; __rust_try@s ; std::panic::catch_unwind@s";
    private const string CorePoll = "tokio::runtime::task::core::Core<T,S>::poll::{closure}@t:331 ; tokio::loom::std::unsafe_cell::UnsafeCell<T>::with_mut@t:16 ; tokio::runtime::task::core::Core<T,S>::poll@t:320 ; " + Unwinding + " ; tokio::runtime::task::harness::poll_future@t:520";
    private const string Worker = "tokio::runtime::task::LocalNotified<S>::run@t ; tokio::runtime::scheduler::multi_thread::worker::Context::run_task@t ; tokio::runtime::task::harness::Harness<tokio::runtime::blocking::task::BlockingTask<tokio::runtime::scheduler::multi_thread::worker::launch::{closure}>, S>::poll@t";

    [Theory]
    // Debug information: the harness names the future, whatever of the user's lies inside.
    [InlineData($"<app::SlowDrop as core::ops::drop::Drop>::drop@u ; core::ptr::drop_in_place<app::SlowDrop>@s ; app::local_drop@u ; {CorePoll} ; tokio::runtime::task::harness::Harness<app::local_drop, {Handle}>::poll_inner@t ; {Worker}", "app::local_drop")]
    [InlineData($"<app::SlowDrop as core::ops::drop::Drop>::drop@u ; core::ptr::drop_in_place<app::SlowDrop>@s ; core::ptr::drop_in_place<tokio::runtime::task::core::Stage<app::detached::{{closure}}::{{closure}}>>@s ; {Set} ; {Unwinding} ; tokio::runtime::task::harness::Harness<app::detached::{{async block}}, {Handle}>::complete@t ; tokio::runtime::task::harness::Harness<app::detached::{{async block}}, {Handle}>::poll@t ; {Worker}", "app::detached::{async block}")]
    [InlineData($"<app::SlowDrop as core::ops::drop::Drop>::drop@u ; core::ptr::drop_in_place<tokio::runtime::task::core::Stage<app::output::{{closure}}::{{closure}}>>@s ; {Set} ; tokio::runtime::task::harness::Harness<app::output::{{async block}}, {Handle}>::drop_join_handle_slow@t ; <tokio::runtime::task::join::JoinHandle<T> as core::ops::drop::Drop>::drop@t ; core::mem::drop@s ; app::output@u ; {CorePoll} ; tokio::runtime::task::harness::Harness<app::output, {Handle}>::poll@t ; {Worker}", "app::output")]
    [InlineData($"std::thread::sleep@s ; <app::BlockSvc<S> as tower_service::Service<R>>::call@u ; hyper::proto::h1::dispatch::Dispatcher<D,Bs,I,T>::poll_catch@d ; <hyper::server::server::new_svc::NewSvcTask<I,N,S,E,W> as core::future::future::Future>::poll@d ; {CorePoll} ; tokio::runtime::task::harness::Harness<hyper::server::server::new_svc::NewSvcTask<hyper::server::tcp::addr_stream::AddrStream, app::main::{{async block#1}}, app::BlockSvc<app::App>>, {Handle}>::poll@t ; {Worker}", "hyper::server::server::new_svc::NewSvcTask<hyper::server::tcp::addr_stream::AddrStream, app::main::{async block#1}, app::BlockSvc<app::App>>")]
    // The same without it: the first poll of the user's, and nothing where none is left.
    [InlineData($"std::thread::sleep@s ; <app::BlockSvc<S> as tower_service::Service<R>>::call@u ; <hyper::server::server::new_svc::NewSvcTask<I,N,S,E,W> as core::future::future::Future>::poll@d ; {Poll}", "hyper::server::server::new_svc::NewSvcTask<I,N,S,E,W>")]
    [InlineData($"<std::sys::sync::mutex::futex::Mutex>::lock_contended@s ; app::take@u ; tokio::runtime::task::core::CoreStage<T>::poll@t ; tokio::runtime::task::harness::poll_future@t ; {Poll}", null)]
    [InlineData($"plant::compute@u ; app::cruncher::{{closure}}@u ; {Poll}", "app::cruncher::{closure}")]
    [InlineData($"std::thread::functions::sleep@s ; core::ptr::drop_in_place<app::loser::{{closure}}::{{closure}}>@s ; tokio::runtime::task::core::Core<T,S>::set_stage@t ; {Poll}", null)]
    [InlineData($"std::thread::functions::sleep@s ; core::ptr::drop_in_place<tokio::runtime::task::core::Stage<app::aborted::{{closure}}>>@s ; tokio::runtime::task::core::Core<T,S>::set_stage@t ; {Poll}", "app::aborted::{closure}")]
    [InlineData($"std::thread::functions::sleep@s ; core::ptr::drop_in_place<tokio::runtime::task::core::Stage<app::other::{{closure}}>>@s ; tokio::runtime::task::harness::Harness<T,S>::drop_join_handle_slow@t ; {Poll}", null)]
    [InlineData($"<app::BadWaker as core::future::future::Future>::poll@u ; {Poll}", "app::BadWaker")]
    // A name that debug information made plain: nothing lies between it and Tokio's call.
    [InlineData($"app::run@u:3 ; {CorePoll} ; {Worker}", "app::run")]
    // A boxed future says what it is only inside.
    [InlineData($"app::inner@u ; app::boxed::{{closure}}@u ; <core::pin::Pin<P> as core::future::future::Future>::poll@s ; tokio::runtime::task::raw::poll::<core::pin::Pin<alloc::boxed::Box<dyn core::future::future::Future<Output = ()>>>, S>@t", "app::boxed::{closure}")]
    [InlineData("app::inner@u ; tokio::runtime::task::raw::poll::<core::pin::Pin<alloc::boxed::Box<dyn core::future::future::Future<Output = ()>>>, S>@t", "core::pin::Pin<alloc::boxed::Box<dyn core::future::future::Future<Output = ()>>>")]
    public void The_task_is_what_Tokio_names_or_the_users_own_poll(string frames, string? task) =>
        Assert.Equal(task, Read(frames).TaskType);

    [Fact]
    public void A_future_named_like_a_poll_function_makes_no_poll_boundary() =>
        Assert.False(TokioFrames.IsPollBoundary("tokio::runtime::task::harness::Harness<app::poller, S>::drop_join_handle_slow"));

    [Theory]
    [InlineData("tokio::runtime::task::raw::poll::<app::cpu_hog::{closure#0}, alloc::sync::Arc<tokio::runtime::scheduler::multi_thread::handle::Handle>>", "app::cpu_hog::{closure#0}")]
    [InlineData("tokio::runtime::task::raw::poll::<core::pin::Pin<alloc::boxed::Box<dyn app::F<A, B>>>, S>", "core::pin::Pin<alloc::boxed::Box<dyn app::F<A, B>>>")]
    [InlineData("<tokio::runtime::task::harness::Harness<app::poller::{closure#0}, S>>::poll_inner", "app::poller::{closure#0}")]
    [InlineData("tokio::runtime::task::core::CoreStage<app::f::{closure#0}>::poll", "app::f::{closure#0}")]
    [InlineData("tokio::runtime::task::harness::Harness<T,S>::poll", null)]
    [InlineData("tokio::runtime::task::raw::poll::<tokio::runtime::blocking::task::BlockingTask<app::f>, S>", null)]
    [InlineData("tokio::runtime::task::raw::poll", null)]
    [InlineData("tokio::runtime::task::raw::poll::<", null)]
    public void The_future_is_read_from_the_poll_function_where_the_mangling_has_it(string function, string? future) =>
        Assert.Equal(future, TokioFrames.FutureOf(function));

    [Theory]
    [InlineData("epoll_wait@c ; tokio::runtime::io::driver::Driver::turn@t ; tokio::runtime::time::Driver::park_internal@t ; tokio::runtime::scheduler::multi_thread::worker::Context::park_timeout@t", LegalSection.Parked)]
    [InlineData("syscall@c ; tokio::runtime::scheduler::multi_thread::park::Parker::park@t", LegalSection.Parked)]
    [InlineData("sleep@c ; app::f@u ; tokio::task::blocking::block_in_place@t ; app::g@u ; tokio::runtime::task::raw::poll@t", LegalSection.BlockInPlace)]
    [InlineData("sleep@c ; app::f@u ; <tokio::runtime::blocking::task::BlockingTask<T> as core::future::Future>::poll@t ; tokio::runtime::task::raw::poll@t ; tokio::runtime::blocking::pool::Inner::run@t", LegalSection.BlockingPool)]
    [InlineData("sleep@c ; app::f@u ; tokio::runtime::park::CachedParkThread::block_on@t ; app::main@u", LegalSection.WorkerlessRoot)]
    [InlineData("sleep@c ; app::f@u ; tokio::runtime::scheduler::current_thread::CoreGuard::block_on@t ; app::main@u", LegalSection.None)]
    [InlineData("sleep@c ; app::f@u ; tokio::runtime::task::raw::poll@t ; tokio::runtime::blocking::pool::Inner::run@t", LegalSection.BlockingPool)]
    [InlineData("sleep@c ; tokio::runtime::task::core::CoreStage<T>::poll@t ; tokio::runtime::task::harness::Harness<T,S>::poll@t ; tokio::runtime::blocking::pool::Inner::run@t", LegalSection.BlockingPool)]
    [InlineData("sleep@c ; tokio::runtime::task::core::CoreStage<T>::poll@t ; tokio::runtime::thread_pool::worker::Context::run_task@t ; tokio::runtime::task::core::CoreStage<T>::poll@t ; tokio::runtime::blocking::pool::Inner::run@t", LegalSection.None)]
    [InlineData("sleep@c ; app::f@u ; tokio::runtime::scheduler::current_thread::CoreGuard::block_on@t ; app::g@u ; tokio::runtime::task::core::CoreStage<T>::poll@t ; tokio::runtime::blocking::pool::Inner::run@t", LegalSection.None)]
    [InlineData("sleep@c ; app::f@u ; tokio::runtime::task::raw::poll@t ; tokio::task::local::LocalSet::tick@t ; app::g@u ; tokio::runtime::task::core::CoreStage<T>::poll@t ; tokio::runtime::blocking::pool::Inner::run@t", LegalSection.None)]
    [InlineData("sleep@c ; app::park_car@u ; tokio::runtime::task::raw::poll@t", LegalSection.None)]
    internal void Legal_sections_are_recognised_inside_the_poll_only(string frames, LegalSection legal) =>
        Assert.Equal(legal, Read(frames).Legal);

    [Theory]
    [InlineData("recv@s ; app::f@u ; tokio::runtime::task::raw::poll@t ; tokio::runtime::scheduler::multi_thread::worker::Context::run_task@t ; tokio::runtime::blocking::pool::Inner::run@t", WaitPlace.Poll)]
    [InlineData("recv@s ; tokio::runtime::task::core::CoreStage<T>::poll@t ; tokio::runtime::thread_pool::worker::Context::run@t ; tokio::runtime::blocking::pool::Inner::run@t", WaitPlace.Poll)]
    [InlineData("recv@s ; app::f@u ; tokio::runtime::scheduler::current_thread::CoreGuard::block_on@t ; app::main@u", WaitPlace.Poll)]
    [InlineData("wait@s ; tokio::runtime::scheduler::multi_thread::worker::Context::run@t ; tokio::runtime::task::raw::poll@t ; tokio::runtime::blocking::pool::Inner::run@t", WaitPlace.Worker)]
    [InlineData("wait@s ; tokio::runtime::thread_pool::worker::run::{closure}@t ; tokio::runtime::blocking::pool::Inner::run@t", WaitPlace.Worker)]
    [InlineData("wait@s ; tokio::runtime::scheduler::current_thread::CoreGuard::block_on@t ; app::main@u", WaitPlace.Worker)]
    [InlineData("wait@s ; tokio::runtime::blocking::pool::Inner::run@t", WaitPlace.BlockingPool)]
    [InlineData("recv@s ; app::f@u ; tokio::runtime::task::raw::poll@t ; tokio::runtime::blocking::pool::Inner::run@t", WaitPlace.BlockingPool)]
    [InlineData("recv@s ; app::f@u ; tokio::runtime::task::raw::poll@t", WaitPlace.Unknown)]
    [InlineData("recv@s ; app::f@u ; tokio::runtime::runtime::Runtime::block_on@t ; app::main@u", WaitPlace.Root)]
    [InlineData("wait@s ; tokio::runtime::runtime::Runtime::block_on@t ; app::main@u", WaitPlace.Unknown)]
    [InlineData("recv@s ; app::f@u ; tokio::runtime::park::CachedParkThread::block_on@t ; tokio::runtime::runtime::Runtime::block_on@t ; app::main@u", WaitPlace.Unknown)]
    internal void The_innermost_loop_tells_where_a_thread_waits(string frames, WaitPlace place) =>
        Assert.Equal(place, Read(frames).Place);

    [Fact]
    public void An_empty_stack_has_a_culprit_all_the_same() =>
        Assert.Equal("[no stack recorded]", StackReader.Read([]).Culprit.Function);

    [Fact]
    public void A_kernel_only_stack_has_one_too() =>
        Assert.Equal(FrameKind.Kernel, Read("schedule@k").Culprit.Kind);
}
