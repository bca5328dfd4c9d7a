//! A real browser, driven through Debian's chromedriver on a free port. Ends what it started, by process id.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::Instant;

const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    // A microphone that gives a tone, and nobody to be asked for it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
];

/// How long a window may take to show something on two busy cores.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(40);

/// Finds what is shown; `innerText` is what a person reads.
const LOOK: &str = "const [css, text] = arguments;
    for (const found of document.querySelectorAll(css))
        if (found.checkVisibility({ visibilityProperty: true }) && found.innerText.includes(text)) return found;
    return null;";

/// Keeps what a page complains of, from its first line on.
const LISTEN: &str = "window.complaints = [];
    const keep = (...words) => window.complaints.push(words.map(String).join(' '));
    for (const name of ['error', 'warn']) { const say = console[name]; console[name] = (...words) => { keep(name, ...words); say(...words); }; }
    addEventListener('error', (event) => keep('uncaught', event.message));
    addEventListener('unhandledrejection', (event) => keep('unhandled', event.reason));
    document.addEventListener('securitypolicyviolation', (event) => keep('policy', event.violatedDirective, event.blockedURI));";

/// One browser with a profile of its own: two of them are two people.
pub struct Browser {
    /// The driver that tests speak to.
    pub driver: WebDriver,
    _chromedriver: Child,
    profile: TempDir,
}

impl Browser {
    /// A browser in this language, with a page of this size in pixels.
    ///
    /// # Errors
    /// When chromedriver or Chromium does not come up.
    pub async fn open(language: &str, width: u32, height: u32) -> Result<Self> {
        let profile = tempfile::Builder::new().prefix("hilo-browser-").tempdir()?;
        let (chromedriver, port) = start_chromedriver().await?;
        let mut capabilities = DesiredCapabilities::chrome();
        for flag in FLAGS {
            capabilities.add_arg(flag)?;
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        capabilities.add_arg(&format!("--window-size={width},{height}"))?;
        capabilities.add_arg(&format!("--lang={language}"))?;
        let languages = json!({"intl.accept_languages": language});
        capabilities.add_experimental_option("prefs", languages)?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await?;
        let browser = Self {
            driver,
            _chromedriver: chromedriver,
            profile,
        };
        browser.resize(width, height).await?;
        browser
            .tell(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({"source": LISTEN}),
            )
            .await?;
        Ok(browser)
    }

    /// Gives the page another size. A window cannot be narrower than 500 pixels; the page in it can.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.tell("Emulation.setDeviceMetricsOverride", size).await
    }

    /// Makes the system's theme `light` or `dark`.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn prefer(&self, theme: &str) -> Result<()> {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": theme}]});
        self.tell("Emulation.setEmulatedMedia", features).await?;
        self.rest().await
    }

    /// Takes the pointer away and waits until colours have stopped changing.
    ///
    /// # Errors
    /// When they never do.
    pub async fn rest(&self) -> Result<()> {
        let corner = json!({"type": "mouseMoved", "x": 0, "y": 0});
        self.tell("Input.dispatchMouseEvent", corner).await?;
        // Two frames: a change of style starts its transitions in the first.
        let frames = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.driver.execute_async(frames, vec![]).await?;
        let still = "return !document.getAnimations().some((it) => it instanceof CSSTransition)";
        self.wait_for("colours at rest", still, vec![]).await
    }

    /// Cuts or restores the page's network.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn set_offline(&self, offline: bool) -> Result<()> {
        self.tell("Network.enable", json!({})).await?;
        let conditions = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.tell("Network.emulateNetworkConditions", conditions)
            .await
    }

    async fn tell(&self, command: &str, parameters: Value) -> Result<()> {
        self.driver.cdp().send_raw(command, parameters).await?;
        Ok(())
    }

    /// The first element that is shown under a CSS selector.
    ///
    /// # Errors
    /// When none is shown in time.
    pub async fn find(&self, css: &str) -> Result<WebElement> {
        self.find_saying(css, "").await
    }

    /// The first element that is shown under a CSS selector and holds a text.
    ///
    /// # Errors
    /// When none is shown in time.
    pub async fn find_saying(&self, css: &str, text: &str) -> Result<WebElement> {
        let end = Instant::now() + PATIENCE;
        loop {
            let found = self
                .driver
                .execute(LOOK, vec![json!(css), json!(text)])
                .await?;
            if let Ok(element) = found.element() {
                return Ok(element);
            }
            if Instant::now() > end {
                let _ = self.screenshot("failure").await;
                bail!("nothing shown under {css} says {text:?}");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Clicks the first element that is shown under a CSS selector.
    ///
    /// # Errors
    /// When none can be clicked in time.
    pub async fn click(&self, css: &str) -> Result<()> {
        self.click_saying(css, "").await
    }

    /// Clicks the first element that is shown under a CSS selector and holds a text.
    ///
    /// # Errors
    /// When none can be clicked in time.
    pub async fn click_saying(&self, css: &str, text: &str) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        loop {
            // The page may redraw the element between finding and clicking it.
            match self.find_saying(css, text).await?.click().await {
                Ok(()) => return Ok(()),
                Err(refused) if Instant::now() > end => {
                    return Err(refused).with_context(|| format!("clicking {css} {text:?}"));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Types into the first field that is shown under a CSS selector.
    ///
    /// # Errors
    /// When there is none.
    pub async fn fill(&self, css: &str, keys: impl Into<TypingData>) -> Result<()> {
        let keys: TypingData = keys.into();
        let typed = self.find(css).await?.send_keys(keys).await;
        typed.with_context(|| format!("typing into {css}"))
    }

    /// Presses keys wherever the focus is.
    ///
    /// # Errors
    /// When nothing can have the focus.
    pub async fn press(&self, keys: impl Into<TypingData>) -> Result<()> {
        let focused = self.driver.active_element().await?;
        Ok(focused.send_keys(keys).await?)
    }

    /// Asks the page, as JSON; `arguments` are the script's.
    ///
    /// # Errors
    /// When the script throws.
    pub async fn ask(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.driver.execute(script, arguments).await?.json().clone())
    }

    /// How many elements a CSS selector finds, shown or not.
    ///
    /// # Errors
    /// When the page does not answer.
    pub async fn count(&self, css: &str) -> Result<usize> {
        Ok(self.driver.find_all(By::Css(css)).await?.len())
    }

    /// Waits until a script gives `true`.
    ///
    /// # Errors
    /// When it never does.
    pub async fn wait_for(&self, what: &str, script: &str, arguments: Vec<Value>) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        let mut answer = self.ask(script, arguments.clone()).await?;
        while answer != json!(true) {
            ensure!(Instant::now() < end, "never came: {what}: {answer}");
            tokio::time::sleep(PAUSE).await;
            answer = self.ask(script, arguments.clone()).await?;
        }
        Ok(())
    }

    /// Waits until an attribute of the last element under a CSS selector has this value.
    ///
    /// # Errors
    /// When it never has.
    pub async fn becomes(&self, css: &str, attribute: &str, wanted: &str) -> Result<()> {
        let script = "const [css, name, wanted] = arguments;
            const found = [...document.querySelectorAll(css)].at(-1);
            return !!found && found.getAttribute(name) === wanted || String(found && found.getAttribute(name));";
        let what = format!("{attribute} of {css} is {wanted}");
        self.wait_for(
            &what,
            script,
            vec![json!(css), json!(attribute), json!(wanted)],
        )
        .await
    }

    /// Waits until nothing is shown under a CSS selector that holds a text.
    ///
    /// # Errors
    /// When it stays.
    pub async fn gone(&self, css: &str, text: &str) -> Result<()> {
        let script = format!("return !((...arguments) => {{ {LOOK} }})(...arguments)");
        let what = format!("{css} {text:?} is gone");
        self.wait_for(&what, &script, vec![json!(css), json!(text)])
            .await
    }

    /// What the page has complained of on its console since it was loaded.
    ///
    /// # Errors
    /// When the page does not answer.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let said = self.ask("return window.complaints", vec![]).await?;
        Ok(serde_json::from_value(said)?)
    }

    /// Keeps a picture of the page for who looks into a failure, under `target/screenshots/`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        let test = std::env::current_exe()?;
        let target = test.ancestors().nth(3);
        let folder = target.context("the test's executable has no folder")?;
        self.picture(&folder.join("screenshots"), name).await
    }

    /// Writes a picture of the page into a folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn picture(&self, folder: &Path, name: &str) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        let file = folder.join(format!("{name}.png"));
        Ok(self.driver.screenshot(&file).await?)
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// When it does not answer any more.
    pub async fn close(self) -> Result<()> {
        Ok(self.driver.clone().quit().await?)
    }
}

impl Drop for Browser {
    /// A test that failed has not closed its browser; asking it to would block the only thread.
    fn drop(&mut self) {
        if self.driver.clone().leak().is_ok() {
            for process in processes_naming(self.profile.path()) {
                let _ = std::process::Command::new("kill")
                    .args(["-KILL", &process])
                    .status();
            }
        }
    }
}

/// The ids of the processes whose command line names this folder: the browser that has it as its profile.
fn processes_naming(folder: &Path) -> Vec<String> {
    let folder = folder.as_os_str().as_encoded_bytes();
    let names = |process: &PathBuf| {
        let line = std::fs::read(process.join("cmdline")).unwrap_or_default();
        line.windows(folder.len()).any(|part| part == folder)
    };
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .map(|entry| entry.path())
        .filter(names)
        .filter_map(|process| Some(process.file_name()?.to_str()?.to_owned()))
        .collect()
}

/// Port 0 lets chromedriver choose a free one, which it then prints.
async fn start_chromedriver() -> Result<(Child, u16)> {
    let mut child = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("chromedriver is missing: ./just tools test")?;
    let mut lines = BufReader::new(child.stdout.take().context("no stdout")?).lines();
    while let Some(line) = lines.next_line().await? {
        let port = line.split_once("on port ").and_then(|(_, rest)| {
            rest.trim_end_matches('.')
                .parse()
                .ok()
                .filter(|&port: &u16| port > 0)
        });
        if let Some(port) = port {
            // Read on, or the driver would die of a closed pipe.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok((child, port));
        }
    }
    bail!("chromedriver named no port")
}
