//! `/lock`: waits on the worker thread for a `std::sync::Mutex` that a blocking task holds over slow work.
//! The holder should do the slow work without the lock; the lock itself is no mistake.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::App;

#[derive(Default)]
pub struct Ledger {
    entries: Mutex<Vec<u64>>,
}

impl Ledger {
    /// Adds an entry and holds the lock over the slow work that follows, as if the report were sent somewhere.
    /// Calls `started` once the lock is held.
    #[inline(never)]
    pub fn write_slow_report(&self, started: impl FnOnce()) {
        let mut entries = self.entries.lock().unwrap();
        started();
        let next = entries.len() as u64;
        entries.push(next);
        std::thread::sleep(Duration::from_millis(30));
    }

    #[inline(never)]
    fn count_entries(&self) -> usize {
        self.entries.lock().unwrap().len()
    }
}

pub async fn lock_handler(app: &Arc<App>) -> String {
    let (started, held) = tokio::sync::oneshot::channel();
    let holder = app.clone();
    let report = tokio::task::spawn_blocking(move || {
        holder.ledger.write_slow_report(|| {
            // The handler is gone if its client hung up.
            let _ = started.send(());
        });
    });
    let _ = held.await;
    let entries = app.ledger.count_entries();
    let _ = report.await;
    format!("{entries} entries\n")
}
