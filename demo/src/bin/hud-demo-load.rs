//! Puts load on the demo server: one connection per endpoint, bounded in count and time.

use std::io::{Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

const USAGE: &str = "usage: hud-demo-load [--to ADDRESS:PORT] [--duration SECONDS] [--count REQUESTS_PER_ENDPOINT] [PATH ...]";
const PATHS: [&str; 9] =
    ["/hash", "/compress", "/read", "/dns", "/lock", "/sleep", "/rpc", "/spawn-ok", "/health"];
/// Between two requests of one connection: the server has idle moments, as most servers do.
const PAUSE: Duration = Duration::from_millis(150);

fn main() {
    let mut to: SocketAddr = ([127, 0, 0, 1], 3000).into();
    let mut seconds = 10u64;
    let mut count = u32::MAX;
    let mut paths: Vec<String> = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let understood = match argument.as_str() {
            "--to" => arguments.next().and_then(|v| v.parse().ok()).map(|v| to = v).is_some(),
            "--duration" => arguments.next().and_then(|v| v.parse().ok()).map(|v| seconds = v).is_some(),
            "--count" => arguments.next().and_then(|v| v.parse().ok()).map(|v| count = v).is_some(),
            path if path.starts_with('/') => {
                paths.push(argument);
                true
            }
            _ => false,
        };
        if !understood {
            eprintln!("{USAGE}");
            std::process::exit(2);
        }
    }
    if paths.is_empty() {
        paths.extend(PATHS.map(String::from));
    }
    let until = Instant::now() + Duration::from_secs(seconds);
    let clients: Vec<_> = paths
        .into_iter()
        .map(|path| std::thread::spawn(move || (repeat(to, &path, count, until), path)))
        .collect();
    let mut failed = false;
    for client in clients {
        let (outcome, path) = client.join().expect("a client panicked");
        match outcome {
            Ok(requests) => println!("{requests:6} {path}"),
            Err(error) => {
                println!("{path}: {error}");
                failed = true;
            }
        }
    }
    std::process::exit(i32::from(failed));
}

fn repeat(to: SocketAddr, path: &str, count: u32, until: Instant) -> Result<u32> {
    let mut connection = TcpStream::connect(to)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut done = 0;
    while done < count && Instant::now() < until {
        write!(connection, "GET {path} HTTP/1.1\r\nHost: demo\r\n\r\n")?;
        read_response(&mut connection)?;
        done += 1;
        std::thread::sleep(PAUSE);
    }
    Ok(done)
}

/// Reads one response with a Content-Length and checks for status 200.
fn read_response(connection: &mut TcpStream) -> Result<()> {
    let invalid = |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, what.to_string());
    let mut response = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let length = connection.read(&mut chunk)?;
        if length == 0 {
            return Err(invalid("the server closed the connection"));
        }
        response.extend_from_slice(&chunk[..length]);
        let text = String::from_utf8_lossy(&response).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            if !head.starts_with("HTTP/1.1 200") {
                return Err(invalid(head.lines().next().unwrap_or("no status")));
            }
            let expected = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(String::from))
                .and_then(|value| value.parse::<usize>().ok())
                .ok_or_else(|| invalid("no Content-Length"))?;
            if body.len() >= expected {
                return Ok(());
            }
        }
    }
}
