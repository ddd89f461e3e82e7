using Hud.Symbols.Naming;

namespace Hud.Symbols.Tests.Naming;

public sealed class FunctionPathTests
{
    [Theory]
    [InlineData("app::orders::flush", "app")]
    [InlineData("app::orders::flush::{{closure}}", "app")]
    [InlineData("<app::Svc as tower::Service<R>>::call", "app")]
    [InlineData("<T as tower::Service<R>>::call", "tower")]
    [InlineData("<&mut app::Conn as std::io::Read>::read", "app")]
    [InlineData("<alloc::boxed::Box<app::X> as core::ops::function::FnOnce<A>>::call_once", "core")]
    [InlineData("<core::pin::Pin<P> as core::future::future::Future>::poll", "core")]
    [InlineData("<alloc::vec::Vec<u8> as app::Codec>::encode", "app")]
    [InlineData("<hyper::proto::h1::Conn<I,B,T>>::poll_read_head", "hyper")]
    [InlineData("<dyn app::Shape as app::Draw>::draw", "app")]
    [InlineData("core::ptr::drop_in_place<app::Foo>", "core")]
    [InlineData("app[1a2b3c]::main", "app")]
    [InlineData("drop of app::Foo", "app")]
    [InlineData("<app[1a2b]::Foo as core[9f]::fmt::Display>::fmt", "app")]
    [InlineData("<fn(app::X) -> app::Y as app::Handler>::call", "app")]
    [InlineData("<[u8] as app::Hash>::hash", "app")]
    [InlineData("<(A, B) as axum::handler::Handler>::call", "axum")]
    [InlineData("pthread_mutex_lock", null)]
    [InlineData("0x1234 in libfoo.so", null)]
    [InlineData("", null)]
    [InlineData("<", null)]
    [InlineData("<<<", null)]
    [InlineData("::", null)]
    public void The_crate_is_read_from_the_name(string function, string? crate) =>
        Assert.Equal(crate, FunctionPath.CrateOf(function));

    [Theory]
    [InlineData("__rustc::__rdl_alloc", true)]
    [InlineData("core::ptr::drop_in_place<app::Foo>", true)]
    [InlineData("app::f", false)]
    public void What_rustc_brings_along_is_std(string function, bool std) =>
        Assert.Equal(std, FunctionPath.IsStd(FunctionPath.CrateOf(function)!));

    [Theory]
    [InlineData("__rust_dealloc", true)]
    [InlineData("__rdl_alloc", true)]
    [InlineData("rust_eh_personality", true)]
    [InlineData("rusty_function", false)]
    public void Older_versions_of_it_leave_plain_symbols(string function, bool std) =>
        Assert.Equal(std, FunctionPath.IsStdSymbol(function));

    [Fact]
    public void A_type_nested_too_deep_leaves_the_answer_to_the_outermost_trait() =>
        Assert.Equal("app", FunctionPath.CrateOf(new string('<', 10_000) + "lib::X" + string.Concat(Enumerable.Repeat(" as app::T>", 10_000))));

    [Theory]
    [InlineData("app::db::Store::save", 1, "save")]
    [InlineData("app::db::Store::save", 2, "Store::save")]
    [InlineData("app::run::<a::B, c::D>", 2, "app::run::<a::B, c::D>")]
    [InlineData("<app::Db as app::Store>::save", 1, "save")]
    [InlineData("main", 2, "main")]
    public void The_tail_is_cut_outside_of_arguments(string function, int segments, string tail) =>
        Assert.Equal(tail, FunctionPath.Tail(function, segments).ToString());
}
