//! `/spawn-ok`: the work of the other endpoints, done so that no worker is held. A tool that reports
//! anything below here is wrong.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task;

use super::dns;
use crate::{slow_peer, App};

pub async fn spawn_ok_handler(app: Arc<App>) -> String {
    let (hashing, compressing, storing, reporting) = (app.clone(), app.clone(), app.clone(), app.clone());
    let _ = task::spawn_blocking(move || hashing.passwords.hash_password()).await;
    let _ = task::spawn_blocking(move || compressing.export.compress_export()).await;
    let _ = task::spawn_blocking(move || storing.store.read_and_journal()).await;
    let _ = task::spawn_blocking(move || reporting.ledger.write_slow_report(|| ())).await;
    let _ = tokio::net::lookup_host(dns::NAME).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    task::block_in_place(|| std::thread::sleep(Duration::from_millis(20)));
    match call_peer(&app).await {
        Ok(()) => "done, and no worker was held\n".to_string(),
        Err(error) => format!("{error}\n"),
    }
}

async fn call_peer(app: &App) -> std::io::Result<()> {
    let mut connection = TcpStream::connect(app.peer).await?;
    connection.write_all(b"?").await?;
    let mut answer = [0; slow_peer::ANSWER_LENGTH];
    connection.read_exact(&mut answer).await?;
    Ok(())
}
