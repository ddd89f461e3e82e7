using Hud.Analysis.Model;
using Hud.Analysis.Reading;

namespace Hud.Analysis.Tests;

public class CulpritTests
{
    private static Frame Frame(FrameKind kind, string function) => new(function, "app", null, null, false, kind, "0x1");

    private static readonly Frame Poll = Frame(FrameKind.Tokio, "tokio::runtime::task::core::Core<T,S>::poll");

    [Fact]
    public void Names_the_public_call_where_the_task_left_no_frame_of_its_own()
    {
        var reading = StackReader.Read(
        [
            Frame(FrameKind.Kernel, "do_nanosleep"),
            Frame(FrameKind.Libc, "__GI___clock_nanosleep"),
            Frame(FrameKind.Std, "std::thread::functions::sleep"),
            Poll,
        ]);
        Assert.Equal("std::thread::sleep", reading.Culprit.Function);
    }

    [Theory]
    [InlineData("std::thread::functions::sleep", "std::thread::sleep")]
    [InlineData("std::sync::poison::mutex::Mutex<T>::lock", "std::sync::Mutex::lock")]
    [InlineData("std::net::tcp::TcpStream::connect", "std::net::TcpStream::connect")]
    [InlineData("std::sync::mpsc::Receiver<T>::recv", "std::sync::mpsc::Receiver::recv")]
    public void Calls_carry_the_names_that_people_write(string inner, string shown)
    {
        var reading = StackReader.Read(
        [
            Frame(FrameKind.Libc, "syscall"),
            Frame(FrameKind.Std, inner),
            Frame(FrameKind.User, "app::handler"),
            Poll,
        ]);
        Assert.Equal(("app::handler", shown), (reading.Culprit.Function, reading.Call?.Function));
    }

    [Theory]
    // The select! loser, the expired timeout, the task's own future, the output that nobody took.
    [InlineData("core::ptr::drop_in_place<app::loser::{closure}::{closure}>", "drop of app::loser::{closure}::{closure}")]
    [InlineData("core::ptr::drop_in_place<tokio::time::timeout::Timeout<app::timed::{closure}::{closure}>>", "drop of app::timed::{closure}::{closure}")]
    [InlineData("core::ptr::drop_in_place<tokio::runtime::task::core::Stage<app::aborted::{closure}::{closure}>>", "drop of app::aborted::{closure}::{closure}")]
    [InlineData("core::ptr::drop_in_place<core::result::Result<app::SlowDrop,tokio::runtime::task::error::JoinError>>", "drop of app::SlowDrop")]
    [InlineData("<alloc::sync::Arc<app::Cache>>::drop_slow", "drop of app::Cache")]
    [InlineData("<app::SlowDrop as core::ops::drop::Drop>::drop", "<app::SlowDrop as core::ops::drop::Drop>::drop")]
    public void The_drop_of_a_users_type_is_a_culprit(string function, string shown)
    {
        var glue = Frame(FrameKind.User, function);
        var reading = StackReader.Read(
        [
            Frame(FrameKind.Libc, "__GI___clock_nanosleep"),
            Frame(FrameKind.Std, "std::thread::functions::sleep"),
            glue,
            Frame(FrameKind.User, "app::outer::{closure}"),
            Poll,
        ]);
        Assert.Equal((shown, "std::thread::sleep", true), (reading.Culprit.Function, reading.Call?.Function, reading.InDrop));
        Assert.True(Culprits.Is(glue, reading.Culprit));
        Assert.Equal("app", Breakdown.CrateOf(reading.Culprit));
    }

    [Fact]
    public void A_function_further_in_goes_before_the_drop_that_called_it()
    {
        var reading = StackReader.Read(
        [
            Frame(FrameKind.Std, "std::thread::functions::sleep"),
            Frame(FrameKind.User, "app::close_all"),
            Frame(FrameKind.User, "core::ptr::drop_in_place<app::Pool>"),
            Poll,
        ]);
        Assert.Equal(("app::close_all", true), (reading.Culprit.Function, reading.InDrop));
    }

    [Fact]
    public void A_drop_inlined_into_the_tasks_end_is_one_all_the_same()
    {
        var reading = StackReader.Read(
        [
            Frame(FrameKind.Std, "std::thread::functions::sleep"),
            Frame(FrameKind.Tokio, "tokio::runtime::task::core::Core<T,S>::set_stage"),
            Frame(FrameKind.Tokio, "tokio::runtime::task::harness::Harness<T,S>::complete"),
            Poll,
        ]);
        Assert.Equal(("std::thread::sleep", true), (reading.Culprit.Function, reading.InDrop));
    }
}
