//! `/compress`: gzip on the worker thread. Belongs in `spawn_blocking`, or in pieces with yields between them.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::write::GzEncoder;
use flate2::Compression;

use crate::{calibrate, App};

pub struct Export {
    csv: String,
}

impl Export {
    pub fn new() -> Export {
        let rows = calibrate::amount_for_target(500, |rows| {
            compress(&table(rows));
        });
        Export { csv: table(rows) }
    }

    #[inline(never)]
    pub fn compress_export(&self) -> Vec<u8> {
        compress(&self.csv)
    }
}

fn table(rows: u32) -> String {
    let mut csv = String::from("id,customer,amount\n");
    for row in 0..rows {
        let scrambled = row.wrapping_mul(2_654_435_761);
        writeln!(csv, "{row},customer-{},{}", scrambled % 9973, scrambled >> 12).unwrap();
    }
    csv
}

fn compress(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

pub async fn compress_handler(app: &App) -> String {
    let compressed = app.export.compress_export();
    format!("{} bytes\n", compressed.len())
}
