//! A steady rate of findings: `blocks PER_SECOND MS SECONDS`. Each is a sleep of MS milliseconds in a poll.
use hud_bench_workloads::argument;
use std::time::Duration;

#[inline(never)]
fn hold_the_worker(ms: u64) {
    std::thread::sleep(Duration::from_millis(ms));
}

async fn block_now_and_then(every: Duration, ms: u64) {
    let mut ticks = tokio::time::interval(every);
    loop {
        ticks.tick().await;
        hold_the_worker(ms);
    }
}

fn main() {
    let (per_second, ms, seconds) = (argument(1, 100), argument(2, 6), argument(3, 60));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("runtime");
    runtime.spawn(block_now_and_then(Duration::from_nanos(1_000_000_000 / per_second), ms));
    std::thread::sleep(Duration::from_secs(seconds));
    std::process::exit(0);
}
