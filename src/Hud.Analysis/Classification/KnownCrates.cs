using System.Collections.Frozen;

namespace Hud.Analysis.Classification;

/// <summary>
/// Crates that are common as dependencies and hardly ever a program of their own. Asked last, where neither a path nor the
/// program's own strings tell: generic crates leave no panic location behind.
/// </summary>
internal static class KnownCrates
{
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
    [
        "actix", "actix_codec", "actix_http", "actix_router", "actix_rt", "actix_server", "actix_service", "actix_web", "addr2line", "ahash", "aho_corasick", "anyhow", "arc_swap",
        "argon2", "arrayvec", "async_channel", "async_compression", "async_executor", "async_io", "async_lock", "async_stream", "async_trait", "atomic_waker", "aws_config", "aws_lc_rs",
        "aws_lc_sys", "aws_smithy_runtime", "aws_smithy_http", "axum", "axum_core", "axum_server", "base64", "bb8", "bcrypt", "bincode", "bitflags", "blake2", "blake3", "blowfish",
        "brotli", "brotli_decompressor", "bumpalo", "bytes", "cc", "chrono", "clap", "clap_builder", "config", "console_subscriber", "cookie", "crc32fast", "crossbeam", "crossbeam_channel",
        "crossbeam_deque", "crossbeam_epoch", "crossbeam_queue", "crossbeam_utils", "csv", "dashmap", "deadpool", "deadpool_postgres", "diesel", "digest", "dirs", "either", "encoding_rs",
        "env_logger", "event_listener", "eyre", "fastrand", "flate2", "flume", "fnv", "form_urlencoded", "fred", "futures", "futures_channel", "futures_core", "futures_executor",
        "futures_io", "futures_lite", "futures_sink", "futures_task", "futures_util", "generic_array", "getrandom", "gimli", "governor", "h2", "h3", "hashbrown", "headers", "hickory_proto",
        "hickory_resolver", "hmac", "http", "http_body", "http_body_util", "httparse", "httpdate", "hyper", "hyper_rustls", "hyper_tls", "hyper_util", "idna", "image", "indexmap",
        "isahc", "itertools", "itoa", "jemallocator", "jsonwebtoken", "lapin", "lazy_static", "libc", "libloading", "libsqlite3_sys", "lock_api", "log", "lru", "lz4", "lz4_flex",
        "matchit", "md5", "memchr", "memmap2", "metrics", "metrics_exporter_prometheus", "mimalloc", "mime", "minimal_lexical", "miniz_oxide", "mio", "moka", "mongodb", "native_tls",
        "nom", "num_bigint", "num_cpus", "num_traits", "object", "object_store", "once_cell", "openssl", "openssl_sys", "opentelemetry", "opentelemetry_otlp", "opentelemetry_sdk",
        "parking", "parking_lot", "parking_lot_core", "pbkdf2", "percent_encoding", "pin_project", "pin_project_lite", "pin_utils", "polling", "postgres", "postgres_types", "ppv_lite86",
        "prometheus", "prost", "quick_xml", "quinn", "quinn_proto", "quinn_udp", "r2d2", "rand", "rand_chacha", "rand_core", "rayon", "rayon_core", "rdkafka", "redis", "reqwest", "regex",
        "regex_automata", "regex_syntax", "ring", "rmp_serde", "rocket", "rocksdb", "rusqlite", "rustc_demangle", "rustix", "rustls", "rustls_native_certs", "rustls_pemfile", "ryu", "scc",
        "scopeguard", "scrypt", "sea_orm", "semver", "sentry", "serde", "serde_json", "serde_urlencoded", "serde_yaml", "sha1", "sha2", "sharded_slab", "signal_hook", "signal_hook_registry",
        "simd_json", "slab", "sled", "smallvec", "smol", "snap", "socket2", "spin", "sqlx", "sqlx_core", "sqlx_mysql", "sqlx_postgres", "sqlx_sqlite", "subtle", "syn", "sync_wrapper",
        "tar", "tempfile", "thiserror", "thread_local", "tikv_jemallocator", "time", "tinyvec", "tokio_io_timeout", "tokio_macros", "tokio_metrics", "tokio_native_tls", "tokio_openssl", "tokio_postgres",
        "tokio_rustls", "tokio_stream", "tokio_tungstenite", "tokio_util", "toml", "toml_edit", "tonic", "tower", "tower_http", "tower_layer", "tower_service", "tracing", "tracing_appender",
        "tracing_core", "tracing_log", "tracing_opentelemetry", "tracing_subscriber", "triomphe", "trust_dns_proto", "trust_dns_resolver", "try_lock", "tungstenite", "typenum", "unicode_bidi",
        "unicode_normalization", "ureq", "url", "uuid", "wasmtime", "walkdir", "want", "warp", "webpki", "winnow", "zerocopy", "zeroize", "zip", "zstd", "zstd_safe", "zstd_sys",
    ]);

    public static bool Contains(string crate) => Names.Contains(crate);
}
