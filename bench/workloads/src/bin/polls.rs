//! As many polls a second as the workers manage: `polls WORKERS TASKS SECONDS`.
//! Every 20 ms it prints CLOCK_MONOTONIC and the polls so far.
use hud_bench_workloads::{argument, now_ns};
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

static POLLS: AtomicU64 = AtomicU64::new(0);

async fn yield_forever() {
    loop {
        for _ in 0..64 {
            tokio::task::yield_now().await;
        }
        POLLS.fetch_add(64, Ordering::Relaxed);
    }
}

fn main() {
    let (workers, tasks, seconds) = (argument(1, 1), argument(2, 4), argument(3, 60));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers as usize)
        .enable_all()
        .build()
        .expect("runtime");
    for _ in 0..tasks {
        runtime.spawn(yield_forever());
    }
    let end = now_ns() + seconds * 1_000_000_000;
    let mut out = std::io::stdout();
    while now_ns() < end {
        let line = format!("{} {}\n", now_ns(), POLLS.load(Ordering::Relaxed));
        if out.write_all(line.as_bytes()).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    std::process::exit(0);
}
