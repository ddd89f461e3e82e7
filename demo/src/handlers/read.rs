//! `/read`: synchronous file I/O on the worker thread. Belongs in `tokio::fs` or `spawn_blocking`.

use std::fs::File;
use std::io::{Read, Result, Write};
use std::os::unix::io::AsRawFd;
use std::path::{Path, PathBuf};

use crate::App;

const ARCHIVE_LENGTH: usize = 16 << 20;
const JOURNAL_LENGTH: usize = 4 << 20;

pub struct Store {
    archive: PathBuf,
    journal: PathBuf,
}

impl Store {
    pub fn create(directory: PathBuf) -> Result<Store> {
        std::fs::create_dir_all(&directory)?;
        let name = |part| directory.join(format!("hud-demo-{}.{part}", std::process::id()));
        let store = Store { archive: name("archive"), journal: name("journal") };
        write_through(&store.archive, ARCHIVE_LENGTH)?;
        Ok(store)
    }

    #[inline(never)]
    pub fn read_and_journal(&self) -> Result<usize> {
        let mut archive = File::open(&self.archive)?;
        forget_cached_pages(&archive);
        let mut content = Vec::with_capacity(ARCHIVE_LENGTH);
        archive.read_to_end(&mut content)?;
        write_through(&self.journal, JOURNAL_LENGTH)?;
        Ok(content.len())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // Only tidies up; the files lie in a temporary directory.
        let _ = std::fs::remove_file(&self.archive);
        let _ = std::fs::remove_file(&self.journal);
    }
}

fn write_through(path: &Path, length: usize) -> Result<()> {
    let mut file = File::create(path)?;
    file.write_all(&vec![b'.'; length])?;
    file.sync_all()
}

/// Reads go to the disk, as they do for a file larger than the page cache.
fn forget_cached_pages(file: &File) {
    // SAFETY: the descriptor is open for the length of the call.
    unsafe { libc::posix_fadvise(file.as_raw_fd(), 0, 0, libc::POSIX_FADV_DONTNEED) };
}

pub async fn read_handler(app: &App) -> String {
    match app.store.read_and_journal() {
        Ok(length) => format!("{length} bytes\n"),
        Err(error) => format!("{error}\n"),
    }
}
