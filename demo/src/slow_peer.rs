//! A TCP service on a thread of its own that takes its time to answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

pub const ANSWER_LENGTH: usize = 5;
const DELAY: Duration = Duration::from_millis(25);

pub fn start() -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    std::thread::Builder::new().name("slow-peer".into()).spawn(move || {
        for connection in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut connection = connection;
                let mut question = [0; 1];
                while connection.read_exact(&mut question).is_ok() {
                    std::thread::sleep(DELAY);
                    if connection.write_all(b"done\n").is_err() {
                        break;
                    }
                }
            });
        }
    })?;
    Ok(address)
}
