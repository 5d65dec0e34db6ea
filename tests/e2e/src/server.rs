//! A static file host for the built page.
//!
//! It behaves like the plain hosts that the page is meant for: files under some path, nothing else. Switches make
//! single files missing or altered, so that tests can see what the page does then, and put them back. Such a test must
//! see the host's files and not what the browser keeps of them, so the page's service worker is one that does nothing
//! unless a test asks for the real one.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_http::services::ServeDir;

/// A running host. It ends when this value is dropped.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    mount: String,
    switches: Arc<Switches>,
    server: JoinHandle<()>,
    /// Ends the server when it is dropped or told.
    end: oneshot::Sender<()>,
}

/// The file of the page's service worker.
const WORKER: &str = "sw.js";

impl Site {
    /// Serves the folder `dist` at the root of a free port of this machine.
    ///
    /// # Errors
    /// Fails when the folder holds no `index.html` or no port is free.
    pub async fn serve(dist: &Path) -> Result<Self> {
        Self::serve_under(dist, "/").await
    }

    /// Serves the folder under `mount`, which begins and ends with a slash, and nothing outside it.
    ///
    /// # Errors
    /// As [`Site::serve`].
    pub async fn serve_under(dist: &Path, mount: &str) -> Result<Self> {
        ensure!(
            mount.starts_with('/') && mount.ends_with('/'),
            "the mount `{mount}` lacks a slash"
        );
        ensure!(
            dist.join("index.html").is_file(),
            "no built page at {}: run `trunk build --release`, or set HEARSAY_DIST",
            dist.display()
        );
        let switches = Arc::new(Switches::default());
        let idle = Switch::Replaced {
            content_type: "text/javascript",
            body: b"// Serves nothing.".to_vec(),
        };
        switches.lock().insert(WORKER.to_owned(), idle);
        let host = Host {
            files: ServeDir::new(dist),
            mount: mount.to_owned(),
            switches: Arc::clone(&switches),
        };
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .context("no free port for the page")?;
        let address = listener.local_addr()?;
        let app = Router::new().fallback(answer).with_state(host);
        let (end, ended) = oneshot::channel();
        let server = tokio::spawn(async move {
            let serving = axum::serve(listener, app).with_graceful_shutdown(async {
                // Dropped or told, it is the end.
                let _ = ended.await;
            });
            if let Err(error) = serving.await {
                eprintln!("the server of the page ended: {error}");
            }
        });
        Ok(Self {
            address,
            mount: mount.to_owned(),
            switches,
            server,
            end,
        })
    }

    /// Serves the page's own service worker.
    #[must_use]
    pub fn with_worker(self) -> Self {
        self.restore(WORKER);
        self
    }

    /// Ends the host: nobody answers at its address any more, not even to those who are connected.
    ///
    /// # Errors
    /// Fails when it has not ended by itself.
    pub async fn end(mut self) -> Result<()> {
        // It fails where the server has ended already.
        let (unused, _) = oneshot::channel();
        let _ = std::mem::replace(&mut self.end, unused).send(());
        (&mut self.server).await.context("the server of the page")
    }

    /// The address of the page.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.mount)
    }

    /// Answers 404 for the file at `path`, relative to the page, until it is restored.
    pub fn hide(&self, path: &str) {
        self.switches.lock().insert(path.to_owned(), Switch::Missing);
    }

    /// Answers `body` for the file at `path` until it is restored. The path need not exist in the folder.
    pub fn replace(&self, path: &str, content_type: &'static str, body: impl Into<Vec<u8>>) {
        self.switches.lock().insert(
            path.to_owned(),
            Switch::Replaced {
                content_type,
                body: body.into(),
            },
        );
    }

    /// Serves the file at `path` as it is again.
    pub fn restore(&self, path: &str) {
        self.switches.lock().remove(path);
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[derive(Debug, Clone)]
enum Switch {
    Missing,
    Replaced {
        content_type: &'static str,
        body: Vec<u8>,
    },
}

#[derive(Debug, Default)]
struct Switches(Mutex<HashMap<String, Switch>>);

impl Switches {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Switch>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone)]
struct Host {
    files: ServeDir,
    mount: String,
    switches: Arc<Switches>,
}

async fn answer(State(mut host): State<Host>, mut request: Request) -> Response {
    let Some(path) = request.uri().path().strip_prefix(&host.mount).map(str::to_owned) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let switch = host.switches.lock().get(&path).cloned();
    let mut response = match switch {
        Some(Switch::Missing) => StatusCode::NOT_FOUND.into_response(),
        Some(Switch::Replaced { content_type, body }) => {
            ([(header::CONTENT_TYPE, content_type)], body).into_response()
        }
        None => {
            let Ok(uri) = format!("/{path}").parse::<Uri>() else {
                return StatusCode::BAD_REQUEST.into_response();
            };
            *request.uri_mut() = uri;
            match host.files.try_call(request).await {
                Ok(response) => response.map(Body::new),
                Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
            }
        }
    };
    // A switch must be seen by the next request, so the browser may keep files but has to ask.
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
