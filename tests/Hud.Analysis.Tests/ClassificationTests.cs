using CsCheck;
using Hud.Analysis.Classification;
using Hud.Analysis.Model;
using Hud.Symbols;

namespace Hud.Analysis.Tests;

public sealed class ClassificationTests
{
    private static FrameKind Classify(string function, string? file, ModuleRole module = ModuleRole.Program, CrateCatalog? catalog = null) =>
        new FrameClassifier(catalog ?? new CrateCatalog()).Classify(new SourceFrame(function, null, file, file is null ? 0 : 1, 0, false, null, NameSource.Dwarf), module);

    [Theory]
    // The user's own, wherever it was built.
    [InlineData("app::orders::flush", "/home/me/app/src/orders.rs", FrameKind.User)]
    [InlineData("app::orders::flush", "/usr/src/app/src/orders.rs", FrameKind.User)]
    [InlineData("app::orders::flush", "/app/src/orders.rs", FrameKind.User)]
    [InlineData("app::orders::flush", "/build/source/src/orders.rs", FrameKind.User)]
    [InlineData("app::orders::flush", "src/orders.rs", FrameKind.User)]
    [InlineData("app::orders::flush", "crates/orders/src/lib.rs", FrameKind.User)]
    [InlineData("app::orders::flush", "/build/app-1.2.3/src/orders.rs", FrameKind.Dependency)]
    [InlineData("orders::flush", "/build/app-1.2.3/orders/src/lib.rs", FrameKind.User)]
    [InlineData("<alloc::vec::Vec<u8> as app::Codec>::encode", "src/codec.rs", FrameKind.User)]
    [InlineData("my_c_function", "/home/me/app/native/hot.c", FrameKind.User)]
    // Dependencies: cargo's registry and git checkouts under any CARGO_HOME.
    [InlineData("serde_json::de::from_str", "/root/.cargo/registry/src/index.crates.io-6f17d22bba15001f/serde_json-1.0.108/src/de.rs", FrameKind.Dependency)]
    [InlineData("serde_json::de::from_str", "/opt/cargo/registry/src/github.com-1ecc6299db9ec823/serde_json-1.0.108/src/de.rs", FrameKind.Dependency)]
    [InlineData("foo::bar", "/root/.cargo/git/checkouts/foo-1a2b3c4d5e6f7a8b/9c8b7a6/src/lib.rs", FrameKind.Dependency)]
    [InlineData("bytes::buf::f", "/usr/share/cargo/registry/bytes-1.2.1/src/buf.rs", FrameKind.Dependency)]
    [InlineData("bytes::buf::f", "/home/me/app/vendor/bytes/src/buf.rs", FrameKind.Dependency)]
    [InlineData("bytes::buf::f", "vendor/bytes-1.2.1/src/buf.rs", FrameKind.Dependency)]
    [InlineData("bytes::buf::f", "/nix/store/0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p-cargo-vendor-dir/bytes-1.2.1/src/buf.rs", FrameKind.Dependency)]
    [InlineData("bytes::buf::f", "/nix/store/0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p-vendor-cargo-deps/0a1b/bytes-1.2.1/src/buf.rs", FrameKind.Dependency)]
    [InlineData("bytes::buf::f", "/build/cargo-vendor-dir/bytes-1.2.1/src/buf.rs", FrameKind.Dependency)]
    [InlineData("bytes::buf::f", "external/crates__bytes-1.2.1/src/buf.rs", FrameKind.Dependency)]
    [InlineData("bytes::buf::f", "bytes-1.2.1/src/buf.rs", FrameKind.Dependency)]
    [InlineData("bytes::buf::f", "/deps/bytes-1.2.1/src/buf.rs", FrameKind.Dependency)]
    // Tokio, and what only sounds like it.
    [InlineData("tokio::runtime::task::raw::poll", "/root/.cargo/registry/src/index.crates.io-6f17d22bba15001f/tokio-1.53.1/src/runtime/task/raw.rs", FrameKind.Tokio)]
    [InlineData("tokio::net::TcpStream::connect", "/root/.cargo/git/checkouts/tokio-1a2b3c4d5e6f7a8b/9c8b7a6/tokio/src/net/tcp.rs", FrameKind.Tokio)]
    [InlineData("tokio_util::codec::f", "/root/.cargo/git/checkouts/tokio-1a2b3c4d5e6f7a8b/9c8b7a6/tokio-util/src/codec.rs", FrameKind.Dependency)]
    [InlineData("tokio_util::codec::f", "/root/.cargo/registry/src/index/tokio-util-0.7.10/src/codec.rs", FrameKind.Dependency)]
    [InlineData("tokio::task::spawn", "vendor/tokio/src/task/spawn.rs", FrameKind.Tokio)]
    // std, in the shapes that rustc, distributions and Nix leave.
    [InlineData("std::thread::sleep", "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/thread/mod.rs", FrameKind.Std)]
    [InlineData("std::thread::sleep", "/usr/src/rustc-1.63.0/library/std/src/thread/mod.rs", FrameKind.Std)]
    [InlineData("hashbrown::raw::f", "/rust/deps/hashbrown-0.15.2/src/raw/mod.rs", FrameKind.Std)]
    [InlineData("core::option::Option<T>::map", "/root/.rustup/toolchains/stable/lib/rustlib/src/rust/library/core/src/option.rs", FrameKind.Std)]
    [InlineData("core::option::Option<T>::map", "remapped/option.rs", FrameKind.Std)]
    [InlineData("__futex_abstimed_wait_common", "./nptl/futex-internal.c", FrameKind.Libc)]
    public void With_line_information_the_path_decides(string function, string file, FrameKind kind) =>
        Assert.Equal(kind, Classify(function, file));

    [Fact]
    public void The_glue_that_drops_a_users_type_is_the_users_though_its_lines_are_stds() =>
        Assert.Equal(FrameKind.User, Classify("core::ptr::drop_in_place<app::Foo>", "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/ptr/mod.rs"));

    [Fact]
    public void A_program_packaged_from_a_directory_named_like_a_crate_is_the_users()
    {
        var catalog = new CrateCatalog();
        catalog.AddSymbol("_ZN3app4main17h0123456789abcdefE");
        Assert.Equal(FrameKind.User, Classify("app::orders::flush", "/build/app-1.2.3/src/orders.rs", catalog: catalog));
    }

    [Theory]
    [InlineData("app::orders::flush", FrameKind.User)]
    [InlineData("helper::work", FrameKind.User)]
    [InlineData("hyper::proto::h1::Conn<I,B,T>::poll_read", FrameKind.Dependency)]
    [InlineData("obscure_dep::work", FrameKind.Dependency)]
    [InlineData("<app::Svc as tower::Service<R>>::call", FrameKind.User)]
    [InlineData("<F as axum::handler::Handler<T>>::call", FrameKind.Dependency)]
    [InlineData("tokio::runtime::task::raw::poll", FrameKind.Tokio)]
    [InlineData("std::sys::thread::unix::sleep", FrameKind.Std)]
    [InlineData("core::ptr::drop_in_place<app::Foo>", FrameKind.User)]
    [InlineData("core::ptr::drop_in_place<tokio::runtime::task::core::Stage<app::flush::{closure}>>", FrameKind.User)]
    [InlineData("core::ptr::drop_in_place<std::sync::poison::mutex::MutexGuard<app::Foo>>", FrameKind.Std)]
    [InlineData("core::ptr::drop_in_place<obscure_dep::Thing>", FrameKind.Std)]
    [InlineData("core::ptr::drop_in_place<[alloc::boxed::Box<[u64; 4]>]>", FrameKind.Std)]
    [InlineData("<alloc::vec::Vec<app::Foo> as core::ops::drop::Drop>::drop", FrameKind.User)]
    [InlineData("<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop", FrameKind.Std)]
    [InlineData("__rust_alloc", FrameKind.Std)]
    [InlineData("__rdl_alloc", FrameKind.Std)]
    [InlineData("__rustc::__rdl_alloc", FrameKind.Std)]
    [InlineData("__rustc::__rust_dealloc", FrameKind.Std)]
    [InlineData("clock_nanosleep", FrameKind.Libc)]
    [InlineData("__pthread_mutex_lock", FrameKind.Libc)]
    [InlineData("sqlite3_step", FrameKind.Dependency)]
    public void Without_it_the_crate_in_the_name_decides(string function, FrameKind kind)
    {
        var catalog = new CrateCatalog();
        catalog.AddSymbol("_RNvCsfLV3bYwTMCq_3app4main");
        catalog.AddPaths("xx/.cargo/registry/src/index.crates.io-6f17d22bba15001f/obscure-dep-0.1.0/src/lib.rsassertion failed"u8);
        Assert.Equal(kind, Classify(function, null, catalog: catalog));
    }

    [Theory]
    [InlineData("_ZN3app4main17h0123456789abcdefE", "app")]
    [InlineData("_ZN9my_server4main17h0123456789abcdefE", "my_server")]
    [InlineData("_RNvCsfLV3bYwTMCq_3app4main", "app")]
    [InlineData("_RNvC3app4main", "app")]
    [InlineData("_RNvCs1_9my_server4main", "my_server")]
    [InlineData("_ZN3app6config4main17h0123456789abcdefE", null)]
    [InlineData("main", null)]
    [InlineData("_ZN99999999999999999999app4main17h0123456789abcdefE", null)]
    public void The_users_crate_is_the_one_of_main(string symbol, string? crate)
    {
        var catalog = new CrateCatalog();
        catalog.AddSymbol(symbol);
        Assert.Equal(crate, catalog.User.SingleOrDefault());
    }

    [Fact]
    public void Panic_paths_tell_dependencies_and_workspace_members()
    {
        var catalog = new CrateCatalog();
        catalog.AddPaths("a/root/.cargo/registry/src/index.crates.io-1/h2-0.3.1/src/x.rs/usr/share/cargo/registry/bytes-1.2.1/src/bytes.rsvendor/ring/src/aead.rs Crates: crates/order-book/src/lib.rs\0third-party/crates/nope/src/lib.rs"u8);

        Assert.Equal(["bytes", "h2", "ring"], catalog.Dependencies.Order());
        Assert.Equal(["order_book"], catalog.User);
    }

    [Fact]
    public void What_the_user_says_goes_first()
    {
        var classifier = new FrameClassifier(new CrateCatalog(), ["serde-json"], ["app"]);
        Assert.Equal(FrameKind.User, classifier.Classify(new SourceFrame("serde_json::to_vec", null, "/x/registry/src/i/serde_json-1.0.1/src/ser.rs", 1, 0, false, null, NameSource.Dwarf), ModuleRole.Program));
        Assert.Equal(FrameKind.Dependency, classifier.Classify(new SourceFrame("app::f", null, "src/f.rs", 1, 0, false, null, NameSource.Dwarf), ModuleRole.Program));
    }

    [Theory]
    [InlineData("libc.so.6", ModuleRole.Libc)]
    [InlineData("ld-linux-x86-64.so.2", ModuleRole.Libc)]
    [InlineData("[vdso]", ModuleRole.Libc)]
    [InlineData("libssl.so.3", ModuleRole.Library)]
    [InlineData("libcrypto.so.3", ModuleRole.Library)]
    internal void Modules_have_roles(string name, ModuleRole role) => Assert.Equal(role, ModuleRoles.Of(name, isProgram: false));

    [Fact]
    public void Any_name_path_and_bytes_are_classified_without_throwing()
    {
        Gen.Select(Gen.String, Gen.String).Sample((name, path) => { Classify(name, path); Classify("<" + name + " as " + path, null); });
        Gen.Byte.Array[0, 300].Sample(bytes => new CrateCatalog().AddPaths([.. "registry/src/"u8, .. bytes, .. "crates/"u8, .. bytes]));
    }
}
