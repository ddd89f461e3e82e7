using Hud.Symbols.Naming;

namespace Hud.Symbols.Tests.Naming;

public sealed class DropGlueTests
{
    [Theory]
    [InlineData("core::ptr::drop_in_place<app::Foo>", "app::Foo")]
    [InlineData("core::ptr::drop_in_place::<app::Foo<u8>>", "app::Foo<u8>")]
    [InlineData("core::ptr::drop_in_place<(app::f::{closure}::{closure},tokio::time::sleep::Sleep)>", "(app::f::{closure}::{closure},tokio::time::sleep::Sleep)")]
    [InlineData("<app::Foo as core::ops::drop::Drop>::drop", "app::Foo")]
    [InlineData("<alloc::sync::Arc<app::Foo>>::drop_slow", "alloc::sync::Arc<app::Foo>")]
    [InlineData("alloc::sync::Arc<T,A>::drop_slow", "alloc::sync::Arc<T,A>")]
    [InlineData("core::ptr::drop_in_place", null)]
    [InlineData("core::ptr::drop_in_place<", null)]
    [InlineData("core::mem::drop", null)]
    [InlineData("app::drop_slowly", null)]
    public void The_type_is_read_from_the_name(string function, string? type) =>
        Assert.Equal(type, DropGlue.DroppedType(function));

    [Theory]
    [InlineData("app::Foo", "app::Foo")]
    [InlineData("core::option::Option<alloc::vec::Vec<app::Foo<u8>>>", "app::Foo<u8>")]
    [InlineData("(tokio::time::sleep::Sleep, app::f::{closure})", "app::f::{closure}")]
    [InlineData("[app::Foo; 4]", "app::Foo")]
    [InlineData("alloc::boxed::Box<dyn app::Shape + core::marker::Send>", "dyn app::Shape + core::marker::Send")]
    [InlineData("tokio::runtime::task::core::Cell<<app::Server>::run::{closure}, alloc::sync::Arc<tokio::Handle>>", "<app::Server>::run::{closure}")]
    [InlineData("std::collections::hash::map::HashMap<alloc::string::String,app::Row>", "app::Row")]
    // What refers to a value does not drop it.
    [InlineData("&mut app::Foo", null)]
    [InlineData("*const app::Foo", null)]
    [InlineData("core::option::Option<&app::Foo>", null)]
    [InlineData("std::sync::poison::mutex::MutexGuard<app::Foo>", null)]
    [InlineData("alloc::sync::Weak<app::Foo>", null)]
    [InlineData("tokio::sync::mpsc::bounded::Sender<app::Foo>", null)]
    [InlineData("tokio::runtime::task::join::JoinHandle<app::Foo>", null)]
    [InlineData("alloc::boxed::Box<dyn core::ops::function::FnOnce<(app::Foo,), Output = ()>>", null)]
    [InlineData("fn(app::Foo) -> app::Foo", null)]
    [InlineData("core::option::Option<", null)]
    [InlineData("", null)]
    public void What_a_value_owns_is_dropped_with_it(string type, string? owned) =>
        Assert.Equal(owned, DropGlue.Owned(type, crate => crate == "app"));

    [Theory]
    [InlineData("core::ptr::drop_in_place<app::loser::{closure}>", "core::ptr::drop_in_place<app::aborted::{closure}>", "core::ptr::drop_in_place<_>")]
    [InlineData("core::ptr::drop_in_place<app::Slow>", "core::ptr::drop_in_place<core::option::Option<app::Slow>>", "core::ptr::drop_in_place<app::Slow>")]
    [InlineData("core::ptr::drop_in_place<app::Name>", "core::ptr::drop_in_place<alloc::string::String>", "core::ptr::drop_in_place<_>")]
    [InlineData("core::ptr::drop_in_place<alloc::vec::Vec<u8>>", "core::ptr::drop_in_place<alloc::string::String>", "core::ptr::drop_in_place<alloc::vec::Vec<u8>>")]
    public void Merged_glue_names_no_type_that_it_may_not_be(string function, string twin, string shown) =>
        Assert.Equal(shown, DropGlue.Common(function, [function, twin]));

    [Fact]
    public void Names_nested_without_end_own_nothing() =>
        Assert.Null(DropGlue.Owned(string.Concat(Enumerable.Repeat("core::option::Option<", 10_000)) + "app::Foo" + new string('>', 10_000), crate => crate == "app"));
}
