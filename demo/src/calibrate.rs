//! Sizes CPU work by time, so that it takes about as long in a debug build as in a release build.

use std::time::Duration;

/// How much CPU time one piece of planted work takes.
pub const TARGET: Duration = Duration::from_millis(40);

/// The amount that makes `work(amount)` take about [`TARGET`], from timing `work(probe)`; at least `probe`.
pub fn amount_for_target(probe: u32, work: impl Fn(u32)) -> u32 {
    work(probe);
    let start = thread_cpu_time();
    work(probe);
    let factor = TARGET.as_secs_f64() / (thread_cpu_time() - start).as_secs_f64().max(1e-6);
    ((f64::from(probe) * factor) as u32).max(probe)
}

/// CPU time, not wall time: other processes must not make the work look larger.
fn thread_cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is valid for the length of the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
