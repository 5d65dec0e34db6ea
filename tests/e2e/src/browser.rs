//! ChromeDriver and sessions of headless Chromium.
//!
//! One ChromeDriver serves all sessions of a process that run at the same time; it is started for the first and
//! ended, by its own id, after the last. Every session has a new profile and a download folder of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel};

use crate::net_log::Request;

/// The file of the log of the network, beside the profile.
const NET_LOG: &str = "net-log.json";

/// The colour scheme that the page is told to prefer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ColorScheme {
    /// Dark text on light ground.
    #[default]
    Light,
    /// Light text on dark ground.
    Dark,
}

/// The size of the page on screen, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewport {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
    /// Whether layout follows the rules of phones.
    pub mobile: bool,
}

impl Viewport {
    /// A small desktop window.
    pub const DESKTOP: Self = Self {
        width: 1280,
        height: 800,
        mobile: false,
    };
    /// A phone held upright.
    pub const PHONE: Self = Self {
        width: 390,
        height: 844,
        mobile: true,
    };
}

/// How a session is set up.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The preferred colour scheme.
    pub scheme: ColorScheme,
    /// The size of the page.
    pub viewport: Viewport,
    /// Whether the browser records a trace; it costs time, so only where it is read.
    pub trace: bool,
    /// Whether the browser keeps a log of everything that it asks the network for.
    pub net_log: bool,
    /// Whether the browser keeps pages that are left for the way back, as it does for everybody. It clears them away when
    /// it likes, in the process of the page that came behind them.
    pub keeps_pages: bool,
    /// How long a script may take, such as one that waits for a paint.
    pub script_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scheme: ColorScheme::default(),
            viewport: Viewport::DESKTOP,
            trace: false,
            net_log: false,
            keeps_pages: true,
            script_timeout: Duration::from_secs(30),
        }
    }
}

/// What an accessibility tree says of one element.
#[derive(Debug, Clone)]
pub struct Named {
    /// The accessible name, as the browser computes it.
    pub name: String,
    node: u64,
}

/// One session. Its browser ends when this value is dropped.
#[derive(Debug)]
pub struct Browser {
    /// Invariant: `None` only while this value is being taken apart.
    driver: Option<WebDriver>,
    folder: Arc<TempDir>,
    // Invariant: dropped after the session has ended.
    chromedriver: Arc<Chromedriver>,
}

impl Browser {
    /// Starts a browser with an empty profile.
    ///
    /// # Errors
    /// Fails when ChromeDriver or Chromium cannot be started.
    pub async fn start(options: Options) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("hearsay-e2e-").tempdir()?;
        Self::start_in(options, Arc::new(folder)).await
    }

    /// Starts a browser with the profile in `folder`, as [`Browser::kill`] left it.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub async fn start_in(options: Options, folder: Arc<TempDir>) -> Result<Self> {
        let chromedriver = Chromedriver::shared()?;
        let downloads = folder.path().join("downloads");
        std::fs::create_dir_all(&downloads)?;

        let capabilities = capabilities(&options, &folder.path().join("profile"), &downloads)?;
        let driver = WebDriver::new(chromedriver.url(), capabilities).await.context(
            "ChromeDriver could not start a browser; set CHROME to the browser's path if it is not found",
        )?;
        let browser = Self {
            driver: Some(driver),
            folder,
            chromedriver,
        };
        browser
            .driver()
            .set_script_timeout(options.script_timeout)
            .await?;
        browser.set_viewport(options.viewport).await?;
        let scheme = match options.scheme {
            ColorScheme::Light => "light",
            ColorScheme::Dark => "dark",
        };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        browser.devtools("Emulation.setEmulatedMedia", features).await?;
        Ok(browser)
    }

    /// The WebDriver session.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("only its end takes the session")
    }

    /// Where the browser puts downloads.
    #[must_use]
    pub fn downloads(&self) -> PathBuf {
        self.folder.path().join("downloads")
    }

    /// A folder for files that the browser is to upload; it goes with the session.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Lays the page out anew for another size.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn set_viewport(&self, viewport: Viewport) -> Result<()> {
        let Viewport {
            width,
            height,
            mobile,
        } = viewport;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        Ok(())
    }

    /// Gives the screen of the device to fingers, where there was a mouse.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn emulate_touch(&self) -> Result<()> {
        let touch = json!({ "enabled": true, "maxTouchPoints": 5 });
        self.devtools("Emulation.setTouchEmulationEnabled", touch).await?;
        Ok(())
    }

    /// Lets the page at `address` read and write the clipboard.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn allow_clipboard(&self, address: &str) -> Result<()> {
        let allowed = json!({
            "origin": address.trim_end_matches('/'),
            "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"],
        });
        self.devtools("Browser.grantPermissions", allowed).await?;
        Ok(())
    }

    /// Runs a script in the page and returns what it returns; a promise is waited for.
    ///
    /// # Errors
    /// Fails when the script throws, its promise is rejected or takes longer than the session's limit.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.driver().execute(script, arguments).await?.json().clone())
    }

    /// Sends a command of the DevTools protocol.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Result<Value> {
        self.driver()
            .cdp()
            .send_raw(method, parameters)
            .await
            .with_context(|| method.to_owned())
    }

    /// All elements of an ARIA role in the page, or inside `scope`, as assistive technology is told of them.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn by_role(&self, role: &str, scope: Option<&Named>) -> Result<Vec<Named>> {
        let mut parameters = match scope {
            Some(scope) => json!({ "backendNodeId": scope.node }),
            None => {
                let document = self
                    .devtools("Runtime.evaluate", json!({ "expression": "document" }))
                    .await?;
                json!({ "objectId": document["result"]["objectId"] })
            }
        };
        parameters["role"] = json!(role);
        let found = self.devtools("Accessibility.queryAXTree", parameters).await?;
        let nodes = found["nodes"]
            .as_array()
            .context("the accessibility tree has another shape")?;
        Ok(nodes
            .iter()
            .filter(|node| node["ignored"] != json!(true))
            .filter_map(|node| {
                Some(Named {
                    name: node["name"]["value"].as_str().unwrap_or_default().to_owned(),
                    node: node["backendDOMNodeId"].as_u64()?,
                })
            })
            .collect())
    }

    /// The element of an accessibility node.
    ///
    /// # Errors
    /// Fails when the element has left the page.
    pub async fn element(&self, named: &Named) -> Result<WebElement> {
        let resolved = self
            .devtools("DOM.resolveNode", json!({ "backendNodeId": named.node }))
            .await?;
        let keep = json!({
            "objectId": resolved["object"]["objectId"],
            "functionDeclaration": "function () { globalThis.hearsayTestElement = this; }",
        });
        self.devtools("Runtime.callFunctionOn", keep).await?;
        Ok(self
            .driver()
            .execute("return globalThis.hearsayTestElement;", Vec::new())
            .await?
            .element()?)
    }

    /// The errors in the console since the last call: each with where it came from.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let entries = self.driver().get_log("browser").await?;
        Ok(entries
            .into_iter()
            .filter(|entry| entry.level == "SEVERE")
            .map(|entry| entry.message)
            .collect())
    }

    /// The picture of what is on screen, as PNG.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn picture(&self) -> Result<Vec<u8>> {
        Ok(self.driver().screenshot_as_png().await?)
    }

    /// Kills every process of the browser at once, as `kill -9` does, and leaves its profile behind.
    ///
    /// # Errors
    /// Fails where the processes cannot be listed: anywhere but on Linux.
    pub fn kill(mut self) -> Result<Arc<TempDir>> {
        let profile = format!("--user-data-dir={}", self.folder.path().join("profile").display());
        let mut killed = 0;
        for entry in std::fs::read_dir("/proc").context("processes are listed on Linux alone")? {
            let entry = entry?;
            // A process may be gone by now.
            let Ok(line) = std::fs::read(entry.path().join("cmdline")) else {
                continue;
            };
            if line
                .split(|&byte| byte == 0)
                .any(|argument| argument == profile.as_bytes())
            {
                let id = entry.file_name();
                Command::new("kill").arg("-9").arg(id).status()?;
                killed += 1;
            }
        }
        anyhow::ensure!(killed > 0, "no process has the profile");
        let folder = Arc::clone(&self.folder);
        if let Some(driver) = self.driver.take() {
            // ChromeDriver finds the browser gone, and says so.
            let _ = self.chromedriver.end_session(&driver.session_id().to_string());
            let _ = driver.leak();
        }
        Ok(folder)
    }

    /// Runs a script in every page before anything of the page's own.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn prepare(&self, script: &str) -> Result<()> {
        let source = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await?;
        Ok(())
    }

    /// Ends the session, and returns what it has asked the network for.
    ///
    /// # Errors
    /// Fails when the browser does not end in good order, or the session was started without
    /// [`Options::net_log`].
    pub async fn quit_with_net_log(mut self) -> Result<Vec<Request>> {
        if let Some(driver) = self.driver.take() {
            driver.quit().await?;
        }
        let log = std::fs::read(self.folder.path().join(NET_LOG)).context("no log of the network")?;
        crate::net_log::read(&log)
    }

    /// Ends the session.
    ///
    /// # Errors
    /// Fails when the browser does not end in good order.
    pub async fn quit(mut self) -> Result<()> {
        if let Some(driver) = self.driver.take() {
            driver.quit().await?;
        }
        Ok(())
    }
}

impl Drop for Browser {
    /// Ends a session that nobody has quit: when a test fails or panics, the browser must not live on.
    fn drop(&mut self) {
        let Some(driver) = self.driver.take() else {
            return;
        };
        // The session's own connection needs the runtime, which waits here.
        if let Err(error) = self.chromedriver.end_session(&driver.session_id().to_string()) {
            eprintln!("a browser did not end: {error}");
        }
        // It fails only for a session that was quit, and this one was not.
        let _ = driver.leak();
    }
}

fn capabilities(options: &Options, profile: &Path, downloads: &Path) -> Result<ChromeCapabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    if let Ok(browser) = std::env::var("CHROME") {
        capabilities.set_binary(&browser)?;
    }
    let switches = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Sessions run side by side: one that is not in front must not be slowed down.
        "--disable-renderer-backgrounding",
        "--disable-background-timer-throttling",
        "--lang=en-GB",
    ];
    for switch in switches {
        capabilities.add_arg(switch)?;
    }
    if options.net_log {
        let log = profile.with_file_name(NET_LOG);
        capabilities.add_arg(&format!("--log-net-log={}", log.display()))?;
    }
    if !options.keeps_pages {
        capabilities.add_arg("--disable-features=BackForwardCache")?;
    }
    let Viewport { width, height, .. } = options.viewport;
    capabilities.add_arg(&format!("--window-size={width},{height}"))?;
    capabilities.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    capabilities.add_experimental_option(
        "prefs",
        json!({
            "download.default_directory": downloads,
            "download.prompt_for_download": false,
            // Two exports in a row are no flood of downloads here.
            "profile.default_content_setting_values.automatic_downloads": 1,
        }),
    )?;
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    if options.trace {
        capabilities.set_logging_prefs("performance", LoggingPrefsLogLevel::All)?;
        capabilities.add_experimental_option(
            "perfLoggingPrefs",
            json!({
                "enableNetwork": false,
                "enablePage": false,
                "traceCategories": crate::trace::CATEGORIES,
            }),
        )?;
    }
    Ok(capabilities)
}

/// A running ChromeDriver. It ends when this value is dropped.
#[derive(Debug)]
struct Chromedriver {
    port: u16,
    child: Child,
    // ChromeDriver must be able to write a line later on.
    _output: BufReader<ChildStdout>,
}

impl Chromedriver {
    fn shared() -> Result<Arc<Self>> {
        static RUNNING: Mutex<Weak<Chromedriver>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(chromedriver) = running.upgrade() {
            return Ok(chromedriver);
        }
        let chromedriver = Arc::new(Self::start()?);
        *running = Arc::downgrade(&chromedriver);
        Ok(chromedriver)
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends a session and its browser, and blocks until both are gone.
    fn end_session(&self, id: &str) -> std::io::Result<()> {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port))?;
        connection.set_read_timeout(Some(Duration::from_secs(20)))?;
        write!(
            connection,
            "DELETE /session/{id} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        )?;
        // The answer comes when the browser has ended; ChromeDriver keeps the connection open after it.
        connection.read_exact(&mut [0; "HTTP/1.1 200".len()])
    }

    fn start() -> Result<Self> {
        let program = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut child = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| {
                format!(
                    "cannot start {}: install ChromeDriver or set CHROMEDRIVER",
                    program.display()
                )
            })?;
        let mut output = BufReader::new(child.stdout.take().context("ChromeDriver has no output")?);
        match announced_port(&mut output) {
            Ok(port) => Ok(Self {
                port,
                child,
                _output: output,
            }),
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error)
            }
        }
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            eprintln!("ChromeDriver did not end: {error}");
        }
    }
}

fn announced_port(output: &mut impl BufRead) -> Result<u16> {
    let mut line = String::new();
    while output.read_line(&mut line)? > 0 {
        if let Some((_, port)) = line.rsplit_once("started successfully on port ") {
            return port
                .trim()
                .trim_end_matches('.')
                .parse()
                .with_context(|| line.trim().to_owned());
        }
        line.clear();
    }
    bail!("ChromeDriver ended before it said its port")
}
