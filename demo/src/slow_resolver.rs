//! Makes name resolution of this process slow on every machine, with or without a network: a DNS server
//! on a loopback address that answers late, and a private view of `/etc/resolv.conf` that points at it.
//! Other processes see neither. Needs root, for the mount namespace and for port 53.

use std::ffi::CString;
use std::io::{Error, ErrorKind, Result};
use std::net::{Ipv4Addr, UdpSocket};
use std::path::Path;
use std::time::Duration;

const DELAY: Duration = Duration::from_millis(15);

/// Must run before any other thread exists: only the calling thread and those it starts get the new view.
pub fn install() -> Result<()> {
    // A loopback address of its own for each process, so that two of them can run at a time.
    let [.., high, low] = std::process::id().to_be_bytes();
    let address = Ipv4Addr::new(127, 77, high, low.max(1));
    let socket = UdpSocket::bind((address, 53))?;
    enter_private_mount_namespace()?;
    replace("/etc/resolv.conf", &format!("nameserver {address}\noptions timeout:5 attempts:1\n"))?;
    if Path::new("/etc/nsswitch.conf").exists() {
        replace("/etc/nsswitch.conf", "hosts: dns\n")?;
    }
    std::thread::Builder::new().name("slow-resolver".into()).spawn(move || answer_late(&socket))?;
    Ok(())
}

fn answer_late(socket: &UdpSocket) {
    let mut packet = [0u8; 512];
    while let Ok((length, client)) = socket.recv_from(&mut packet) {
        if let Some(reply) = reply_to(&packet[..length]) {
            std::thread::sleep(DELAY);
            // The client may have gone; that is its own affair.
            let _ = socket.send_to(&reply, client);
        }
    }
}

/// 127.0.0.1 for an A question, an empty answer for any other type (RFC 1035, section 4.1).
fn reply_to(query: &[u8]) -> Option<Vec<u8>> {
    const HEADER: usize = 12;
    let name = query.get(HEADER..)?.iter().position(|&byte| byte == 0)? + 1;
    let question = query.get(HEADER..HEADER + name + 4)?;
    let is_address = question[name..name + 2] == [0, 1];
    let mut reply = query[..2].to_vec();
    reply.extend([0x81, 0x80, 0, 1, 0, u8::from(is_address), 0, 0, 0, 0]);
    reply.extend(question);
    if is_address {
        reply.extend([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1]);
    }
    Some(reply)
}

fn enter_private_mount_namespace() -> Result<()> {
    let root = CString::new("/")?;
    // SAFETY: plain system calls; the pointers live for the length of the calls.
    unsafe {
        check(libc::unshare(libc::CLONE_NEWNS))?;
        check(libc::mount(
            std::ptr::null(),
            root.as_ptr(),
            std::ptr::null(),
            libc::MS_REC | libc::MS_PRIVATE,
            std::ptr::null(),
        ))
    }
}

/// Binds a file with this content over `path`.
fn replace(path: &str, content: &str) -> Result<()> {
    let source = std::env::temp_dir().join(format!("hud-demo-{}.conf", std::process::id()));
    std::fs::write(&source, content)?;
    let from = CString::new(source.to_str().ok_or(ErrorKind::InvalidInput)?)?;
    let to = CString::new(path)?;
    // SAFETY: as above.
    let mounted = check(unsafe {
        libc::mount(from.as_ptr(), to.as_ptr(), std::ptr::null(), libc::MS_BIND, std::ptr::null())
    });
    // The mount keeps the file alive.
    std::fs::remove_file(&source)?;
    mounted
}

fn check(result: libc::c_int) -> Result<()> {
    if result == 0 {
        Ok(())
    } else {
        Err(Error::last_os_error())
    }
}
