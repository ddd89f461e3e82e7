//! An HTTP server on hyper and Tokio in which most endpoints block their worker thread, each in its own way.
//! `GET /` lists them. Nothing here knows about hud: attach to it as to any other program.

mod calibrate;
mod handlers;
mod slow_peer;
mod slow_resolver;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use handlers::{compress, dns, hash, legal, lock, read, rpc, sleep};
use hyper::service::{make_service_fn, service_fn};
use hyper::{Body, Request, Response, Server, StatusCode};
use tokio::signal::unix::{signal, SignalKind};

const ENDPOINTS: &str = "\
/hash       password hashing in the handler                     CPU
/compress   gzip in the handler                                 CPU
/read       std::fs read and fsync in the handler               file I/O
/dns        ToSocketAddrs in the handler                        name resolution
/lock       std::sync::Mutex that other code holds for long     lock
/sleep      std::thread::sleep in the handler                   sleep
/rpc        std::net::TcpStream round trip in the handler       network I/O
/spawn-ok   the same work, done as it should be
/health     nothing
";

/// What the handlers share.
pub struct App {
    pub passwords: hash::PasswordHasher,
    pub export: compress::Export,
    pub store: read::Store,
    pub ledger: lock::Ledger,
    pub peer: SocketAddr,
}

fn main() {
    let options = Options::parse();
    if let Err(why) = slow_resolver::install() {
        eprintln!("/dns asks the resolver of this machine, which may be too fast to block: {why}");
    }
    let app = Arc::new(App {
        passwords: hash::PasswordHasher::new(),
        export: compress::Export::new(),
        store: read::Store::create(options.data).expect("cannot write the data files"),
        ledger: lock::Ledger::default(),
        peer: slow_peer::start().expect("cannot start the peer"),
    });
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if let Some(workers) = options.workers {
        builder.worker_threads(workers);
    }
    let runtime = builder.enable_all().build().expect("cannot start Tokio");
    runtime.block_on(serve(options.listen, app));
}

async fn serve(listen: SocketAddr, app: Arc<App>) {
    let connections = make_service_fn(move |_| {
        let app = app.clone();
        async move { Ok::<_, Infallible>(service_fn(move |request| route(app.clone(), request))) }
    });
    let server = match Server::try_bind(&listen) {
        Ok(server) => server.serve(connections),
        Err(error) => {
            eprintln!("cannot listen on {listen}: {error}");
            std::process::exit(1);
        }
    };
    println!("listening on http://{}", server.local_addr());
    tokio::select! {
        ended = server => if let Err(error) = ended {
            eprintln!("{error}");
        },
        () = asked_to_end() => {}
    }
}

/// SIGINT or SIGTERM.
async fn asked_to_end() {
    let mut terminate = signal(SignalKind::terminate()).expect("cannot handle SIGTERM");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

async fn route(app: Arc<App>, request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let answer = match request.uri().path() {
        "/" => ENDPOINTS.to_string(),
        "/health" => "ok\n".to_string(),
        "/hash" => hash::hash_handler(&app).await,
        "/compress" => compress::compress_handler(&app).await,
        "/read" => read::read_handler(&app).await,
        "/dns" => dns::dns_handler().await,
        "/lock" => lock::lock_handler(&app).await,
        "/sleep" => sleep::sleep_handler().await,
        "/rpc" => rpc::rpc_handler(&app).await,
        "/spawn-ok" => legal::spawn_ok_handler(app).await,
        _ => {
            let mut response = Response::new(Body::from(ENDPOINTS));
            *response.status_mut() = StatusCode::NOT_FOUND;
            return Ok(response);
        }
    };
    Ok(Response::new(Body::from(answer)))
}

struct Options {
    listen: SocketAddr,
    workers: Option<usize>,
    data: PathBuf,
}

impl Options {
    fn parse() -> Options {
        let mut options =
            Options { listen: ([127, 0, 0, 1], 3000).into(), workers: None, data: std::env::temp_dir() };
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next();
            let understood = match (name.as_str(), value) {
                ("--listen", Some(value)) => value.parse().map(|v| options.listen = v).is_ok(),
                ("--workers", Some(value)) => value.parse().map(|v| options.workers = Some(v)).is_ok(),
                ("--data", Some(value)) => {
                    options.data = value.into();
                    true
                }
                _ => false,
            };
            if !understood {
                eprintln!("usage: hud-demo [--listen ADDRESS:PORT] [--workers N] [--data DIRECTORY]");
                std::process::exit(2);
            }
        }
        options
    }
}
