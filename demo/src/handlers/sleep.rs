//! `/sleep`: `std::thread::sleep` on the worker thread. Should be `tokio::time::sleep`.

use std::time::{Duration, Instant};

#[inline(never)]
fn back_off() -> Duration {
    let start = Instant::now();
    std::thread::sleep(Duration::from_millis(20));
    start.elapsed()
}

pub async fn sleep_handler() -> String {
    format!("slept {} ms\n", back_off().as_millis())
}
