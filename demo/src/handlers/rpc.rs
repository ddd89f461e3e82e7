//! `/rpc`: a synchronous client on the worker thread. Should be `tokio::net::TcpStream`.

use std::io::{Read, Result, Write};
use std::net::{SocketAddr, TcpStream};

use crate::{slow_peer, App};

#[inline(never)]
pub fn call_peer(peer: SocketAddr) -> Result<Vec<u8>> {
    let mut connection = TcpStream::connect(peer)?;
    connection.write_all(b"?")?;
    let mut answer = vec![0; slow_peer::ANSWER_LENGTH];
    connection.read_exact(&mut answer)?;
    Ok(answer)
}

pub async fn rpc_handler(app: &App) -> String {
    match call_peer(app.peer) {
        Ok(answer) => String::from_utf8_lossy(&answer).into_owned(),
        Err(error) => format!("{error}\n"),
    }
}
