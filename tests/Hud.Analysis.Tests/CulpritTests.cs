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
}
