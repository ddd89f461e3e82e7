//! `/dns`: the system resolver on the worker thread. Belongs in `tokio::net::lookup_host`.

use std::net::{SocketAddr, ToSocketAddrs};

pub const NAME: (&str, u16) = ("orders.demo.test", 443);

#[inline(never)]
fn resolve_backend() -> std::io::Result<Vec<SocketAddr>> {
    Ok(NAME.to_socket_addrs()?.collect())
}

pub async fn dns_handler() -> String {
    match resolve_backend() {
        Ok(addresses) => format!("{addresses:?}\n"),
        Err(error) => format!("{error}\n"),
    }
}
