using Hud.Symbols.Naming;

namespace Hud.Symbols.Tests.Naming;

public sealed class FunctionNamesTests
{
    [Theory]
    [InlineData("app::handlers::flush", "app::handlers::flush")]
    [InlineData("app::f::{closure#0}", "app::f::{closure}")]
    [InlineData("app::f::{closure#2}", "app::f::{closure#2}")]
    [InlineData("app::f::{{closure}}", "app::f::{closure}")]
    [InlineData("app::f::{{closure}}::{{closure}}", "app::f::{closure}::{closure}")]
    [InlineData("app::flush::{async_fn_env#0}", "app::flush")]
    [InlineData("app::flush::{async_fn#0}", "app::flush")]
    [InlineData("app::main::{async_block_env#0}", "app::main::{async block}")]
    [InlineData("app::main::{async_block#1}", "app::main::{async block#1}")]
    [InlineData("app::main::{async_fn#0}::{async_block#0}::{closure#1}", "app::main::{async block}::{closure#1}")]
    [InlineData("app::db::{impl#3}::store", "app::db::store")]
    [InlineData("core::ops::function::FnOnce::call_once{{vtable.shim}}", "core::ops::function::FnOnce::call_once")]
    [InlineData("<app::f::{closure#0} as core::ops::function::FnOnce<()>>::call_once::{shim:vtable#0}", "app::f::{closure}")]
    [InlineData("<app::Db as core::ops::drop::Drop>::drop", "<app::Db as core::ops::drop::Drop>::drop")]
    [InlineData("app::f::<{app::P { a: 3 }}>::{closure#0}", "app::f::<{app::P { a: 3 }}>::{closure}")]
    [InlineData("core::ptr::drop_in_place::<app::f::{closure#0}>", "core::ptr::drop_in_place::<app::f::{closure}>")]
    [InlineData("core::ptr::drop_in_place<app::flush::{async_fn_env#0}>", "core::ptr::drop_in_place<app::flush>")]
    [InlineData("x::{", "x::{")]
    [InlineData("", "")]
    public void Compiler_names_are_shown_as_written(string name, string readable) =>
        Assert.Equal(readable, FunctionNames.Readable(name));

    [Theory]
    [InlineData("app::flush::{closure#0}", "app::flush::{async_fn#0}", "app::flush")]
    [InlineData("app::flush::{closure#0}", "app::flush::{async_fn#0}<u8>", "app::flush")]
    [InlineData("app::main::{{closure}}", "app::main::{async_block#1}", "app::main::{async block#1}")]
    [InlineData("app::flush::{{closure}}::{{closure}}", "app::flush::{async_fn#0}::{closure#0}", "app::flush::{closure}")]
    [InlineData("<app::Db as app::Store>::put::{closure#0}::{closure#1}", "app::{impl#0}::put::{async_fn#0}::{closure#1}", "<app::Db as app::Store>::put::{closure#1}")]
    [InlineData("app::spawn::<app::g::{closure#0}>::{closure#0}", "app::spawn::{async_block#0}<app::g::{closure_env#0}>", "app::spawn::<app::g::{closure}>::{async block}")]
    public void Debug_information_tells_bodies_apart(string name, string qualified, string readable) =>
        Assert.Equal(readable, FunctionNames.Readable(name, qualified));

    [Theory]
    [InlineData(
        "tokio::runtime::task::raw::poll::<app::hog::{closure#0}, alloc::sync::Arc<tokio::runtime::scheduler::multi_thread::handle::Handle>>",
        null,
        "tokio::runtime::task::raw::poll::<app::hog, alloc::sync::Arc<tokio::runtime::scheduler::multi_thread::handle::Handle>>")]
    [InlineData("tokio::runtime::task::raw::poll::<app::main::{closure#0}::{closure#1}, S>", null, "tokio::runtime::task::raw::poll::<app::main::{async block}, S>")]
    [InlineData("<tokio::runtime::task::harness::Harness<app::hog::{closure#0}, S>>::poll", null, "<tokio::runtime::task::harness::Harness<app::hog, S>>::poll")]
    [InlineData("tokio::runtime::task::raw::poll", "tokio::runtime::task::raw::poll<app::hog::{async_fn_env#0}, S>", "tokio::runtime::task::raw::poll::<app::hog, S>")]
    [InlineData(
        "tokio::runtime::task::harness::Harness<T,S>::poll",
        "tokio::runtime::task::harness::{impl#2}::poll<app::main::{async_block_env#0}, S>",
        "tokio::runtime::task::harness::Harness<app::main::{async block}, S>::poll")]
    public void A_polls_future_is_the_users_function(string name, string? qualified, string readable) =>
        Assert.Equal(readable, FunctionNames.Readable(name, qualified));

    [Theory]
    [InlineData("app::Cache<alloc::string::String, app::Row>::get", "app::Cache<String, Row>::get", "app::Cache::get")]
    [InlineData("<app::Cache<alloc::string::String> as app::Get<u8>>::get::<&app::Key>", "<app::Cache<String> as app::Get<u8>>::get::<&Key>", "<app::Cache as app::Get>::get")]
    [InlineData("app::run::<app::f::{closure#0}>", "app::run::<f::{closure}>", "app::run")]
    [InlineData("app::run::<fn(app::A) -> app::B>::x", "app::run::<fn(A) -> B>::x", "app::run::x")]
    [InlineData("core::str::<impl core::cmp::PartialEq for str>::eq", "core::str::<impl core::cmp::PartialEq for str>::eq", "core::str::<impl core::cmp::PartialEq for str>::eq")]
    public void Generic_arguments_are_shortened_on_request(string name, string shortened, string hidden)
    {
        Assert.Equal(shortened, FunctionNames.Readable(name, new FunctionNameOptions { Generics = GenericArguments.Short }));
        Assert.Equal(hidden, FunctionNames.Readable(name, new FunctionNameOptions { Generics = GenericArguments.Hidden }));
    }

    [Fact]
    public void Mangled_names_are_demangled_first() =>
        Assert.Equal("foo::bar::{closure}", FunctionNames.Readable("_RNCNvC3foo3bar0"));
}
