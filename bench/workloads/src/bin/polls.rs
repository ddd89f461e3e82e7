//! Polls, as many a second as the workers manage or as many as asked for: `polls WORKERS TASKS SECONDS [RATE [PLACE [LATER]]]`.
//! RATE is of all tasks together, 0 for no limit. PLACE is `workers`, or `local`: a LocalSet on the thread that waits in
//! `block_on`, which is no worker; `current`: a current_thread runtime; `wakes`: pairs of tasks on the workers that wake
//! each other; or `threads`: tasks that wait for a thread of their own each time, which takes context switches. LATER is the
//! rate once SECONDS are half over.
//! Every 20 ms it prints CLOCK_MONOTONIC, the polls so far and the CPU time so far.
use hud_bench_workloads::{argument, now_ns, process_cpu_ns};
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::Notify;

static POLLS: AtomicU64 = AtomicU64::new(0);
static RATE: AtomicU64 = AtomicU64::new(0);

async fn yield_forever() {
    loop {
        for _ in 0..64 {
            tokio::task::yield_now().await;
        }
        POLLS.fetch_add(64, Ordering::Relaxed);
    }
}

/// Every 10 ms as many polls as are due; what the thread cannot keep up with is left out.
async fn yield_at_rate(tasks: u64) {
    let mut last = now_ns();
    let mut owed = 0.0;
    loop {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let now = now_ns();
        owed += (now - last).min(20_000_000) as f64 * RATE.load(Ordering::Relaxed) as f64 / tasks as f64 / 1e9;
        last = now;
        // The one that the timer caused is a poll already.
        POLLS.fetch_add(1, Ordering::Relaxed);
        owed -= 1.0;
        while owed >= 1.0 {
            tokio::task::yield_now().await;
            POLLS.fetch_add(1, Ordering::Relaxed);
            owed -= 1.0;
        }
    }
}

async fn wake_each_other(mine: Arc<Notify>, other: Arc<Notify>) {
    loop {
        mine.notified().await;
        POLLS.fetch_add(1, Ordering::Relaxed);
        other.notify_one();
    }
}

async fn ask_a_thread() {
    let (answer, mut answers) = unbounded_channel();
    let (requests, mut asked) = unbounded_channel();
    std::thread::spawn(move || while asked.blocking_recv().is_some() && answer.send(()).is_ok() {});
    while requests.send(()).is_ok() {
        answers.recv().await;
        POLLS.fetch_add(1, Ordering::Relaxed);
    }
}

fn main() {
    let (workers, tasks, seconds) = (argument(1, 1), argument(2, 4), argument(3, 60));
    let (rate, place, later) = (argument(4, 0), std::env::args().nth(5).unwrap_or_default(), argument(6, 0));
    RATE.store(rate, Ordering::Relaxed);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers as usize)
        .enable_all()
        .build()
        .expect("runtime");
    std::thread::spawn(move || report(seconds, later));
    if place == "wakes" {
        for _ in 0..tasks / 2 {
            let (ping, pong) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
            runtime.spawn(wake_each_other(ping.clone(), pong.clone()));
            runtime.spawn(wake_each_other(pong, ping.clone()));
            ping.notify_one();
        }
        loop {
            std::thread::park();
        }
    }
    if place == "current" {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        for _ in 0..tasks {
            runtime.spawn(yield_at_rate(tasks));
        }
        runtime.block_on(std::future::pending::<()>());
    }
    if place == "local" {
        let set = tokio::task::LocalSet::new();
        for _ in 0..tasks {
            set.spawn_local(yield_at_rate(tasks));
        }
        runtime.block_on(set);
    }
    for _ in 0..tasks {
        if place == "threads" {
            runtime.spawn(ask_a_thread());
        } else if rate == 0 {
            runtime.spawn(yield_forever());
        } else {
            runtime.spawn(yield_at_rate(tasks));
        }
    }
    loop {
        std::thread::park();
    }
}

fn report(seconds: u64, later: u64) {
    let start = now_ns();
    let mut out = std::io::stdout();
    loop {
        let elapsed = now_ns() - start;
        if elapsed > seconds * 1_000_000_000 {
            break;
        }
        if later > 0 && elapsed > seconds * 500_000_000 {
            RATE.store(later, Ordering::Relaxed);
        }
        let line = format!("{} {} {}\n", now_ns(), POLLS.load(Ordering::Relaxed), process_cpu_ns());
        if out.write_all(line.as_bytes()).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    std::process::exit(0);
}
